// npm's libraries, driven like the others: see drive.h.
//   node node.mjs FOLDER SECONDS jsonwebtoken|jose|fast-jwt|fast-jwt-cache|fast-jwt-cache-by-token
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

globalThis.crypto ??= crypto.webcrypto // Node 18 has it, but under another name

const [folder, seconds, library] = process.argv.slice(2)
const require = createRequire(path.resolve(process.env.PEER_MODULES, 'package.json'))
const read = (name) => fs.readFileSync(path.join(folder, name))
const algorithm = read('algorithm').toString()
const issuer = 'https://auth.example.com'
const audience = 'orders'

const good = (claims) => claims.sub.length !== 0 && claims.plan === 'gold' && claims.exp !== undefined

function jsonwebtoken() {
  const jwt = require('jsonwebtoken')
  const key = algorithm === 'HS256' ? crypto.createSecretKey(read('key')) : crypto.createPublicKey(read('key'))
  const options = { algorithms: [algorithm], issuer, audience }
  return (token) => good(jwt.verify(token, key, options))
}

function fastJwt(cache) {
  const { createVerifier } = require('fast-jwt')
  const verify = createVerifier({
    key: read('key'), algorithms: [algorithm], allowedIss: issuer, allowedAud: audience,
    requiredClaims: ['exp', 'iss', 'aud'], ...cache
  })
  return (token) => good(verify(token))
}

async function jose() {
  const { importSPKI, jwtVerify } = await import(pathToFileURL(require.resolve('jose')))
  const secret = () => crypto.webcrypto.subtle.importKey('raw', read('key'), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  const key = algorithm === 'HS256' ? await secret() : await importSPKI(read('key').toString(), algorithm)
  const options = { algorithms: [algorithm], issuer, audience, requiredClaims: ['exp', 'iss', 'aud'] }
  return async (token) => good((await jwtVerify(token, key, options)).payload)
}

const libraries = {
  jsonwebtoken,
  jose,
  'fast-jwt': () => fastJwt({}),
  'fast-jwt-cache': () => fastJwt({ cache: true }),
  'fast-jwt-cache-by-token': () => fastJwt({ cache: true, cacheKeyBuilder: (token) => token })
}

const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

async function batch(check, token, count) {
  const start = cpu()
  if (library === 'jose') {
    for (let i = 0; i < count; i++) if (!(await check(token))) throw new Error('a good token was refused')
  } else {
    for (let i = 0; i < count; i++) if (!check(token)) throw new Error('a good token was refused')
  }
  return cpu() - start
}

async function accepts(check, name) {
  try {
    return await check(read(name).toString())
  } catch {
    return false
  }
}

const check = await libraries[library]()
if (!(await accepts(check, 'good'))) throw new Error('refuses the good token')
for (const bad of ['tampered', 'other_key', 'expired', 'other_audience', 'other_issuer'])
  if (await accepts(check, bad)) throw new Error(`accepts the bad token: ${bad}`)

const token = read('good').toString()
let count = 1
let took
while ((took = await batch(check, token, count)) < 0.2) count *= 2 // longer than elsewhere: V8 compiles as it goes
count = Math.ceil((count * seconds) / 5 / took)
const ns = []
for (let i = 0; i < 5; i++) ns.push(((await batch(check, token, count)) / count) * 1e9)
console.log(JSON.stringify({ ns }))
