import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The version that wrote the committed snapshots. Another version may format or evaluate differently. */
const BICEP_VERSION = '0.49.2';

/** A Bicep compiler on this machine. */
export interface BicepCompiler {
  readonly program: string;
  /** The compiler's origin, for a person. */
  readonly origin: string;
}

/** The reason why there is no compiler: the places that were tried, for a person. */
export interface NoCompiler {
  readonly tried: readonly string[];
}

/** The NuGet packages' names for Node's platforms. */
const platforms: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'osx', win32: 'win' };

/**
 * Looks for the compiler on the PATH, then where `az bicep install` puts it, then in the NuGet package.
 * `dotnet` downloads that package once into `cacheDir`.
 */
export function findCompiler(cacheDir: string): BicepCompiler | NoCompiler {
  const tried: string[] = [];
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const places: readonly (readonly [string, string])[] = [
    [`bicep${suffix}`, 'on the PATH'],
    [path.join(homedir(), '.azure', 'bin', `bicep${suffix}`), 'of `az bicep install`'],
  ];
  for (const [program, where] of places) {
    const version = versionOf(program);
    if (version !== null) return { program, origin: `Bicep ${version}, ${where}` };
    tried.push(`none ${where}`);
  }
  const fetched = fetchFromNuGet(cacheDir, suffix);
  if ('reason' in fetched) return { tried: [...tried, fetched.reason] };
  return { program: fetched.program, origin: `Bicep ${BICEP_VERSION}, from NuGet` };
}

function versionOf(program: string): string | null {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? (/\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? null) : null;
}

function fetchFromNuGet(cacheDir: string, suffix: string): { program: string } | { reason: string } {
  const platform = platforms[process.platform];
  if (platform === undefined) return { reason: `no NuGet package for ${process.platform}` };
  const name = `Azure.Bicep.CommandLine.${platform}-${process.arch}`;
  const target = path.join(cacheDir, `${name}.${BICEP_VERSION}`);
  const program = path.join(target, name.toLowerCase(), BICEP_VERSION, 'tools', `bicep${suffix}`);
  if (existsSync(program)) return { program };
  mkdirSync(cacheDir, { recursive: true });
  // Filled beside its place and then moved there, so that a second check at the same time never sees half a
  // compiler.
  const fresh = mkdtempSync(path.join(cacheDir, 'fetch-'));
  try {
    // A project that exists only to download one package: no framework, nothing to build.
    writeFileSync(
      path.join(fresh, 'fetch.csproj'),
      `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
  </PropertyGroup>
  <ItemGroup><PackageDownload Include="${name}" Version="[${BICEP_VERSION}]" /></ItemGroup>
</Project>
`,
    );
    const packages = path.join(fresh, 'packages');
    const restore = spawnSync('dotnet', ['restore', fresh, '--packages', packages], {
      encoding: 'utf8',
      env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' },
    });
    if (restore.error !== undefined) return { reason: 'no `dotnet` to fetch it from NuGet with' };
    if (restore.status !== 0) return { reason: `\`dotnet restore\` of ${name} failed: ${restore.stdout.trim()}` };
    if (!existsSync(target)) renameSync(packages, target);
    return { program };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
