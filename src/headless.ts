const USAGE = `Usage: npm run headless -- <command> [options]

Commands:
  help    print this text
`;

const [command = 'help'] = process.argv.slice(2);
if (['help', '--help', '-h'].includes(command)) {
  process.stdout.write(USAGE);
} else {
  process.stderr.write(`Unknown command: ${command}\n\n${USAGE}`);
  process.exitCode = 2;
}
