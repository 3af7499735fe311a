// Package verdicts holds small scripts whose verdict is known, one file a kind: what the
// house has learned by being wrong. Tests ask for each row as it stands, and make truth
// for other ways to write it.
//
// A file begins with what its rows have in common, in lines that begin with "// ". Such
// lines may stand between rows too. A row has one head or several, and then its text:
//
//	== bash dash holds: a name for the row
//	== zsh violated exclusion
//	exec 9>/run/app.lock
//	flock -n 9 || exit
//	./work
//
// A head names the shells that read the text, the verdict, and, where it matters which they
// are, the promises that are broken: these and no others. "when killed" behind them says
// that only a run that was killed breaks them. Blank lines at the end are none of the text.
package verdicts
