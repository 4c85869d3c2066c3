#!/usr/bin/env bash
# The npm package in a folder where nothing else is: packs it, installs it, trains under Node 22 with Deno's losses to the bit, and checks its
# types with tsc. Usage: tests/npm/run.sh DENO, from the root of the repository. Needs npm and its registry.
set -euo pipefail
deno=$1 root=$PWD folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$deno" task --quiet npm
cd "$folder"
npm pack --silent "$root/dist/npm" >/dev/null
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund ./*.tgz node@22 typescript@5.9.3
cp "$root/tests/npm/train.mjs" "$root/tests/npm/program.ts" .

node=$folder/node_modules/.bin/node
"$node" --version
"$node" train.mjs >node.json
# Inside the checkout the package's name is mod.ts.
"$deno" run --no-check --no-lock --no-prompt --allow-read "$root/tests/npm/train.mjs" >deno.json
cmp node.json deno.json
cat node.json
npx tsc --noEmit --strict --target esnext --module nodenext --lib esnext,dom program.ts
echo "The npm package trains as Deno does"
