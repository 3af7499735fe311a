package extract

import "strings"

// What date prints of a time. A second is hardly ever that of another run; a day is that of
// all who run on it: a lock with the day in its name is one lock, and who finds the day
// written down somewhere has found no number of his own.

// isDay tells whether date prints nothing finer than an hour.
func isDay(args []value) bool {
	format := ""
	for i, a := range args {
		switch {
		case !a.known:
			return false
		case strings.HasPrefix(a.text, "+"):
			format = a.text
		case a.text == "-I" || a.text == "-Idate" || a.text == "--iso-8601" || a.text == "--iso-8601=date":
			format = "+%F"
		case a.text == "-u" || a.text == "--utc" || a.text == "--universal":
		case a.text == "-d" || a.text == "--date" || strings.HasPrefix(a.text, "--date="):
		case i > 0 && (args[i-1].text == "-d" || args[i-1].text == "--date"):
		default:
			return false
		}
	}
	_, units, found := strings.Cut(format, "%")
	if !found {
		return format != ""
	}
	for unit := range strings.SplitSeq(units, "%") {
		unit = strings.TrimLeft(unit, "-_0^#")
		if unit == "" || !strings.ContainsRune("YyCGgmbBhdejFDaAuwVUWqxHkIlpPzZ", rune(unit[0])) {
			return false
		}
	}
	return true
}
