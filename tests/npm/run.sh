#!/usr/bin/env bash
# The npm package in a folder where nothing else is: packs it, installs it, trains under Node 22 with Deno's losses to the bit, and checks its
# types with tsc. Under Bun, which rounds products before they are added to, with losses within 1e-4; with SONDE_TEST_BUN=1 Bun comes from npm,
# else it is tried where it is at hand. On WebGPU with SONDE_TEST_NODE_WEBGPU=1, by the package `webgpu` and Chromium's software Vulkan.
# Usage: tests/npm/run.sh DENO, from the root of the repository. Needs npm and its registry.
set -euo pipefail
deno=$1 root=$PWD folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$deno" task --quiet npm
cd "$folder"
npm pack --silent "$root/dist/npm" >/dev/null
echo '{ "private": true, "type": "module" }' >package.json
add() { npm install --silent --no-audit --no-fund "$@"; }
add ./*.tgz node@22 typescript@5.9.3
cp "$root"/tests/npm/*.mjs "$root/tests/npm/program.ts" .

node=$folder/node_modules/.bin/node
"$node" --version
"$node" train.mjs >node.txt
# Inside the checkout the package's name is mod.ts.
NO_COLOR=1 "$deno" run --no-check --no-lock --no-prompt --allow-read --allow-env=NO_COLOR "$root/tests/npm/train.mjs" >deno.txt
cmp node.txt deno.txt
cat node.txt
npx tsc --noEmit --strict --target esnext --module nodenext --lib esnext,dom program.ts

if [ "${SONDE_TEST_BUN:-}" = 1 ]; then
  add bun@1.4.5
  bun=$folder/node_modules/.bin/bun
else
  bun=$(command -v bun || true)
fi
if [ -n "$bun" ]; then
  echo "Bun $("$bun" --version)"
  "$bun" train.mjs >bun.txt
  "$node" same.mjs node.txt bun.txt
fi

if [ "${SONDE_TEST_NODE_WEBGPU:-}" = 1 ]; then
  "$node" no_webgpu.mjs
  add webgpu@0.6.2
  VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json "$node" webgpu.mjs
fi
echo "The npm package trains as Deno does"
