import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartError } from './start-error.ts'

/**
 * Claims the folder of an embedded database for this process: two processes in one folder would spoil each other's
 * files. What a process that was killed has claimed is free.
 *
 * @returns A function that gives the folder up.
 * @throws {StartError} When another process that runs has it.
 */
export function claimFolder(folder: string): () => void {
  const lock = `${folder}.lock`
  mkdirSync(dirname(folder), { recursive: true })
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
  } catch {
    const owner = Number(readFileSync(lock, 'utf8'))
    if (owner !== process.pid && isRunning(owner)) {
      throw new StartError(`${folder} is in use by process ${owner}. Stop that, or name another folder.`)
    }
    writeFileSync(lock, String(process.pid))
  }
  return () => rmSync(lock, { force: true })
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
