import { text } from 'node:stream/consumers'
import { hashPassword } from '@seaworthy/basic-auth'

// Prints a line for the file of ORDERS_ADMIN_USERS. The password comes by stdin: arguments are seen by others.
const [name = ''] = process.argv.slice(2)
if (!/^[^\s:]+$/.test(name)) {
  process.stderr.write(
    'Name the admin, and give the password by stdin: node src/admin-user.ts ann < password >> users\n',
  )
  process.exit(1)
}
const password = (await text(process.stdin)).replace(/\r?\n$/, '')
if (password.length < 12) {
  process.stderr.write('A password has at least 12 characters.\n')
  process.exit(1)
}
process.stdout.write(`${name}:${await hashPassword(password)}\n`)
