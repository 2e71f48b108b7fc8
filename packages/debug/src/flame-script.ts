/**
 * Draws the flame graph from the data in the page. Everything is text of the DOM, so that no name of a function can be
 * markup. A module for browsers, without a build: as a script, its names would be those of the window.
 */
export const flameScript: string = `
const graph = JSON.parse(document.getElementById('graph').textContent)
const place = document.getElementById('flame')
const status = document.getElementById('status')
const search = document.getElementById('search')
const row = 20
const elements = new Map()
let zoomed = graph.root

const nodes = [graph.root]
for (const node of nodes) {
  for (const child of node.children) {
    child.parent = node
    nodes.push(child)
  }
}

const share = (node) => (100 * node.value / (graph.root.value || 1)).toFixed(1) + ' %'
const where = (node) => graph.files[node.file] + (node.line ? ':' + node.line : '')
const time = (node) => (node.value / 1e6).toFixed(1) + ' ms'
const tell = (node) => { status.textContent = graph.names[node.name] + ' — ' + time(node) + ', ' + share(node) + ' ' + where(node) }

function kind(node) {
  const file = graph.files[node.file]
  if (file === '') return 'none'
  if (file.startsWith('node:') || file.startsWith('bun:')) return 'run'
  return file.includes('node_modules') ? 'dep' : 'own'
}

function draw(focused) {
  place.replaceChildren()
  elements.clear()
  const width = place.clientWidth
  const line = []
  for (let at = zoomed; at; at = at.parent) line.unshift(at)
  line.forEach((node, depth) => add(node, depth, 0, width))
  let deepest = line.length
  const open = [[zoomed, line.length - 1, 0, width]]
  while (open.length) {
    const [node, depth, left, space] = open.pop()
    let x = left
    for (const child of node.children) {
      const wide = space * child.value / (node.value || 1)
      if (wide < 0.5) continue
      add(child, depth + 1, x, wide)
      open.push([child, depth + 1, x, wide])
      deepest = Math.max(deepest, depth + 2)
      x += wide
    }
  }
  place.style.height = deepest * row + 'px'
  mark()
  const element = elements.get(focused || zoomed)
  for (const each of elements.values()) each.tabIndex = -1
  if (element) {
    element.tabIndex = 0
    if (focused) element.focus()
  }
}

function add(node, depth, left, width) {
  const element = document.createElement('button')
  element.type = 'button'
  element.className = kind(node)
  element.style.left = left + 'px'
  element.style.width = width + 'px'
  element.style.top = depth * row + 'px'
  if (width > 24) element.textContent = graph.names[node.name]
  element.setAttribute('aria-label', graph.names[node.name] + ', ' + share(node))
  element.addEventListener('click', () => { zoomed = node; draw(node) })
  element.addEventListener('mouseenter', () => tell(node))
  element.addEventListener('focus', () => tell(node))
  element.addEventListener('keydown', (event) => move(event, node))
  elements.set(node, element)
  place.append(element)
}

function move(event, node) {
  const siblings = node.parent ? node.parent.children : [node]
  const at = siblings.indexOf(node)
  const next = { ArrowUp: node.parent, ArrowDown: node.children[0], ArrowLeft: siblings[at - 1], ArrowRight: siblings[at + 1] }[event.key]
  if (!next || !elements.has(next)) return
  event.preventDefault()
  elements.get(next).focus()
}

function mark() {
  const text = search.value.toLowerCase()
  let found = 0
  for (const [node, element] of elements) {
    const isFound = text !== '' && (graph.names[node.name] + ' ' + graph.files[node.file]).toLowerCase().includes(text)
    element.classList.toggle('found', isFound)
    if (isFound) found += 1
  }
  if (text !== '') status.textContent = found + ' found'
}

search.addEventListener('input', mark)
document.getElementById('reset').addEventListener('click', () => { zoomed = graph.root; draw() })
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') { search.value = ''; zoomed = graph.root; draw(graph.root) }
  if (event.key === '/' && document.activeElement !== search) { event.preventDefault(); search.focus() }
})
addEventListener('resize', () => draw())
draw()
`
