package scripts

import "strings"

// indented sets lines two columns in.
func indented(lines []string) []string {
	var out []string
	for _, several := range lines {
		for l := range strings.SplitSeq(several, "\n") {
			if l != "" {
				l = "  " + l
			}
			out = append(out, l)
		}
	}
	return out
}

// within sets a body between a head and a tail.
func within(head string, body []string, tail string) []string {
	return join([]string{head}, indented(body), []string{tail})
}

func join(parts ...[]string) []string {
	var out []string
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// quoted is a text in single quotes.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
