// Checks a receipt on this device, from its text alone: the payload's commitment, the path to the root (RFC 9162), the root's signature.
const text = new TextEncoder();
const bytes = base64 => Uint8Array.from(atob(base64), c => c.charCodeAt(0));
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

function join(...parts) {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) { all.set(p, at); at += p.length; }
  return all;
}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));

function number(value) {
  const b = new Uint8Array(8);
  new DataView(b.buffer).setBigInt64(0, BigInt(value));
  return b;
}

function counted(string) {
  const t = text.encode(string), b = new Uint8Array(4);
  new DataView(b.buffer).setInt32(0, t.length);
  return join(b, t);
}

// Microseconds since 1970: Date knows milliseconds only.
function microseconds(at) {
  const m = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)$/.exec(at);
  return BigInt(Date.parse(m[1] + m[3])) * 1000n + BigInt((m[2] ?? '').padEnd(7, '0').slice(0, 6));
}

function checkpoint(note) {
  const cut = note.indexOf('\n\n');
  const body = note.slice(0, cut + 1), [, size, root] = body.split('\n');
  return { body, size: Number(size), root: bytes(root), signatures: note.slice(cut + 2).split('\n').filter(l => l.startsWith('— ')).map(l => l.split(' ')) };
}

async function isIncluded(index, size, leaf, path, root) {
  if (!(index >= 0 && index < size)) return false;
  let at = index, last = size - 1, hash = leaf;
  for (const p of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = await sha256([1], p, hash);
      while (at % 2 === 0 && at !== 0) { at /= 2; last = Math.floor(last / 2); }
    } else {
      hash = await sha256([1], hash, p);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && same(hash, root);
}

async function isSigned(point, verifier) {
  // Base64 contains '+' itself, so only the first two separate.
  const [, name, key64] = /^([^+]+)\+[0-9a-f]{8}\+(.+)$/.exec(verifier), key = bytes(key64);
  const line = point.signatures.find(s => s[1] === name);
  if (!line || key[0] !== 1) return false;
  const signer = await crypto.subtle.importKey('raw', key.slice(1), { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, signer, bytes(line[2]).slice(4), text.encode(point.body));
}

const steps = {
  read: r => Number.isSafeInteger(r.index) && typeof r.checkpoint === 'string' && Array.isArray(r.path),
  payload: async r => same(await sha256([2], bytes(r.salt), text.encode(r.payload)), bytes(r.commitment)),
  path: async r => {
    const data = join([1], number(r.index), counted(r.stream), number(r.version), counted(r.type), number(microseconds(r.at)), counted(r.by), bytes(r.commitment));
    const point = checkpoint(r.checkpoint);
    return isIncluded(r.index, point.size, await sha256([0], data), r.path.map(bytes), point.root);
  },
  signature: r => isSigned(checkpoint(r.checkpoint), r.verifierKey),
};

async function check() {
  const list = document.getElementById('receipt-checks');
  let receipt = null;
  try { receipt = JSON.parse(document.getElementById('receipt').value); } catch { /* said below */ }
  for (const item of list.querySelectorAll('[data-step]')) {
    let said;
    try {
      said = receipt && await steps[item.dataset.step](receipt) ? 'ok' : 'no';
    } catch (e) {
      said = e.name === 'NotSupportedError' ? 'cannot' : 'no';
    }
    item.querySelector('.tag')?.remove();
    const tag = document.createElement('strong');
    tag.className = 'tag ' + (said === 'ok' ? 'good' : 'stop');
    tag.textContent = list.dataset[said];
    item.append(' ', tag);
  }
}

document.getElementById('check-receipt')?.addEventListener('click', check);
if (document.getElementById('receipt')?.value) check();
