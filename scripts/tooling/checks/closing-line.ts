/** Prints the closing line of the last test run again, for logs whose last line counts. */
import { closingLine, readReports } from './test-reports.ts';

console.log(closingLine(readReports('reports')));
