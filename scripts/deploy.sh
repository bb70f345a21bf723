#!/usr/bin/env bash
# Deploys Tally to a resource group of your Azure subscription. It can be repeated at any time:
# scripts/deploy.sh <resource-group> <location> [--help]
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v node >/dev/null; then
  echo "Node is missing: install Node 20 or newer (https://nodejs.org)." >&2
  exit 1
fi
exec node scripts/tooling/setup/launch.mjs node scripts/tooling/deploy/main.ts deploy "$@"
