package shellkit

import (
	"fmt"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// directive is a comment that silences rules, and whether it did.
type directive struct {
	shell.Directive
	rules  []*rules.Rule
	used   []bool   // by index in rules
	all    bool     // it silences every rule
	busy   bool     // and has silenced one
	faults []string // why it silences less than it says
}

// directives reads those of one file.
func directives(f *source.File, d source.Dialect) []*directive {
	var out []*directive
	for _, text := range shell.Directives(f, d) {
		if read := readDirective(text); read != nil {
			out = append(out, read)
		}
	}
	return out
}

// firstWord is what is read of a shell's name.
var firstWord = regex.Of(`^[a-z0-9+]+`)

// readDirective returns nil for one that says nothing but the shell.
func readDirective(text shell.Directive) *directive {
	d := &directive{Directive: text}
	ours := false
	words := text.Text
	if rest, colon := strings.CutPrefix(words, ":"); colon {
		d.faults = append(d.faults, "it is written without a colon: # lockkit disable=CODE")
		ours, words = true, rest
	}
	for i, word := range strings.Fields(words) {
		if word == "--" {
			break
		}
		key, value, set := strings.Cut(word, "=")
		switch {
		case key == "disable" && set:
			ours = true
			d.codes(value)
		case key == "shell" && set:
			if _, known := source.ParseDialect(firstWord().FindString(value)); !known {
				ours = true
				d.faults = append(d.faults, fmt.Sprintf("there is no shell %q", value))
			}
		case i == 0 && strings.HasPrefix(word, "disable"):
			ours = true
			d.faults = append(d.faults, "it is written disable=CODE")
		case i == 0 && set:
			ours = true
			d.faults = append(d.faults, fmt.Sprintf("%q is no directive (known are disable= and shell=)", key+"="))
		case i == 0: // blanks around =
			ours = true
			d.faults = append(d.faults, "it is written disable=CODE, without blanks")
			return d
		default:
			d.faults = append(d.faults, fmt.Sprintf("%q is not understood (commas without blanks stand between codes, -- before a reason)", word))
		}
	}
	if !ours {
		return nil
	}
	if !d.Scope.Start.Known() && (len(d.rules) > 0 || d.all) {
		d.faults = append(d.faults, "it stands before no command and behind none")
	}
	return d
}

func (d *directive) codes(list string) {
	for name := range strings.SplitSeq(list, ",") {
		if name == "all" {
			d.all = true
			continue
		}
		if r := rules.ByName(name); r != nil {
			d.rules = append(d.rules, r)
			d.used = append(d.used, false)
		} else {
			d.faults = append(d.faults, fmt.Sprintf("there is no rule %q", name))
		}
	}
}

// silences tells whether the directive covers the finding, and remembers it.
func (d *directive) silences(f *diag.Finding) bool {
	at := f.Span.Start.Offset
	if !d.Scope.Start.Known() || f.Span.File != d.Span.File || at < d.Scope.Start.Offset || at >= d.Scope.End.Offset {
		return false
	}
	d.busy = d.busy || d.all && f.Rule.Code != unusedDirective.Code
	for i, r := range d.rules {
		if r.Code == f.Rule.Code {
			d.used[i] = true
			return true
		}
	}
	return d.all && f.Span != d.Span // what is wrong with a directive is not hidden by itself
}

// silence drops the findings that a directive covers. Every directive is asked,
// so that of two that cover the same finding none counts as useless.
func silence(found []diag.Finding, list []*directive) []diag.Finding {
	if len(list) == 0 {
		return found
	}
	var out []diag.Finding
	for i := range found {
		silenced := false
		for _, d := range list {
			silenced = d.silences(&found[i]) || silenced
		}
		if !silenced {
			out = append(out, found[i])
		}
	}
	return out
}

var unusedDirective = rules.ByName("LK901")

// useless returns the finding about a directive that silences nothing, or less
// than it says. Rules that were not asked for are not held against it.
func (d *directive) useless(set *Settings) (diag.Finding, bool) {
	var idle []string
	for i, r := range d.rules {
		if !d.used[i] && d.Scope.Start.Known() && r != unusedDirective && set.asks(r.Code) {
			idle = append(idle, r.String())
		}
	}
	var parts []string
	if d.all && !d.busy && d.Scope.Start.Known() && len(set.Include)+len(set.Exclude) == 0 {
		parts = append(parts, "nothing is found here, so this would hide whatever comes")
	}
	switch len(idle) {
	case 0:
	case 1:
		parts = append(parts, idle[0]+" is not found here, so this would hide the next one")
	default:
		parts = append(parts, strings.Join(idle, ", ")+" are not found here, so this would hide the next ones")
	}
	if len(d.faults) > 0 {
		parts = append(parts, "not all of this directive is obeyed: "+strings.Join(d.faults, "; "))
	}
	if len(parts) == 0 {
		return diag.Finding{}, false
	}
	return diag.Finding{
		Rule: &unusedDirective.Rule, Level: unusedDirective.Level,
		Span: d.Span, Message: strings.Join(parts, "; "),
	}, true
}
