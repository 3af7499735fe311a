package report

import "github.com/lockkit/lockkit/shellkit/diag"

// style is an SGR parameter, the number in a sequence that colours a terminal.
type style string

const (
	plain   style = "" // no sequence at all
	bold    style = "1"
	faint   style = "2"
	red     style = "1;31"
	green   style = "1;32"
	yellow  style = "1;33"
	blue    style = "1;34"
	magenta style = "1;35"
)

var levelStyle = map[diag.Level]style{
	diag.Error: red, diag.Warning: yellow, diag.Info: blue, diag.Style: green,
}

// painter colours text, or leaves it as it is.
type painter bool

func (p painter) paint(s style, text string) string {
	if !p || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}
