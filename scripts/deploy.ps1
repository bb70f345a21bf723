# Deploys Tally to a resource group of your Azure subscription. It can be repeated at any time:
# scripts/deploy.ps1 <resource-group> <location> [--help]
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..')
if (-not (Get-Command node -ErrorAction SilentlyContinue)) {
  [Console]::Error.WriteLine('Node is missing: install Node 20 or newer (https://nodejs.org).')
  exit 1
}
node scripts/tooling/setup/launch.mjs node scripts/tooling/deploy/main.ts deploy @args
exit $LASTEXITCODE
