/* Elements are described by h(), and patch() makes the children of a node agree with their descriptions.
 *
 * A node stays while its description keeps tag and key, so focus, scrolling and selection survive an update.
 * No code of the page parses HTML. */

const SVG = 'http://www.w3.org/2000/svg';
const shown = new WeakMap(); // of a node: its children, each {described, node}

const isProps = value => value && Object.getPrototypeOf(value) === Object.prototype && !value.tag;

/* A tag with its classes, such as 'p.quiet', then props where there are some, then children.
 *
 * props: attributes; `on...` is an event handler; `--...` a custom property, as the CSP refuses style="";
 * `key` names it among its siblings; `made` gets the new node once it is in the document. */
export function h(name, ...rest) {
  const [tag, ...classes] = name.split('.');
  const props = isProps(rest[0]) ? rest.shift() : {};
  if (classes.length) props.class = [...classes, props.class].filter(Boolean).join(' ');
  return {tag, props, children: rest.flat(Infinity)};
}

export const s = (...args) => ({...h(...args), svg: true});

/* null, false and '' are shown as nothing, but hold their place among siblings without a key. */
const isNothing = described => described == null || described === false || described === '';
const keyOf = described => (isNothing(described) ? null : described.props?.key ?? null);

function setProp(node, name, value) {
  if (name === 'key' || name === 'made') return;
  if (name.startsWith('on')) node[name] = value ? event => void value(event) : null; // false would prevent the default
  else if (name.startsWith('--')) node.style.setProperty(name, value ?? '');
  else if (name === 'value' || name === 'checked') node[name] = value ?? '';
  else if (value == null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true && !name.startsWith('aria-') ? '' : value);
}

function make(described) {
  if (isNothing(described)) return null;
  if (!described.tag) return document.createTextNode(described);
  const node = described.svg ? document.createElementNS(SVG, described.tag) : document.createElement(described.tag);
  update(node, {props: {}}, described);
  if (described.props.made) queueMicrotask(() => described.props.made(node));
  return node;
}

function update(node, before, after) {
  if (before === after || !node) return;
  if (!after.tag) return void (node.data = after);
  patch(node, after.children);
  for (const name of Object.keys(before.props)) {
    if (!(name in after.props)) setProp(node, name, null);
  }
  for (const [name, value] of Object.entries(after.props)) {
    if (before.props[name] !== value) setProp(node, name, value);
  }
}

const fits = (before, after) => !isNothing(before) === !isNothing(after) && before?.tag === after?.tag;

export function patch(node, children) {
  const before = shown.get(node) || [];
  const keyed = new Map(before.filter(old => keyOf(old.described) != null).map(old => [keyOf(old.described), old]));
  const plain = before.filter(old => keyOf(old.described) == null);
  let place = 0;
  const after = children.map(described => {
    const key = keyOf(described);
    const old = key == null ? plain[place++] : keyed.get(key);
    if (!old || !fits(old.described, described)) return {described, node: make(described)};
    update(old.node, old.described, described);
    return {described, node: old.node};
  });
  const kept = new Set(after.map(child => child.node));
  for (const old of before) if (old.node && !kept.has(old.node)) old.node.remove();
  let at = node.firstChild;
  for (const child of after) {
    if (!child.node) continue;
    if (child.node === at) at = at.nextSibling;
    else node.insertBefore(child.node, at);
  }
  shown.set(node, after);
}
