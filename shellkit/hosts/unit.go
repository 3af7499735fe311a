package hosts

import (
	"bytes"
	"path"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// systemd.service(5) and its kin: each Exec line is a command of its own. No shell reads
// it; where it runs one (sh -c '…'), what that shell reads is the text.
var unit = &Kind{
	Name:   "unit of systemd",
	named:  func(path string) bool { return unitName().MatchString(path) },
	looks:  func(_ string, head []byte) bool { return unitHead().Match(head) },
	never:  regex.Of(`^\s*<`), // of Avahi
	taking: unitCommands,
}

var (
	unitName = regex.Of(`\.(service|timer|socket|mount|swap|path|target)(\.in)?$|\.(service|socket|mount|swap)\.d/[^/]+\.conf$`)
	unitHead = regex.Of(`^(?:[ \t]*(?:[#;][^\n]*)?\n)*[ \t]*\[(?:Unit|Service|Timer|Socket|Mount|Install)\][ \t]*\r?\n`)
	execKey  = regex.Of(`^Exec(Condition|StartPre|Start|StartPost|Reload|ReloadPost|Stop|StopPre|StopPost)$`)
)

// setting is one KEY=VALUE of a unit, its continued lines joined.
type setting struct {
	section, key string
	value        passage
	at           int // where the value begins
	line         int // index of the line that it begins in
}

func unitCommands(f *source.File) ([]*draft, error) {
	all, err := unitSettings(f)
	if err != nil {
		return nil, err
	}
	var vars []variable
	for _, s := range all {
		if s.key == "Environment" {
			vars = append(vars, environment(s.value)...)
		}
	}
	name := path.Base(slashed(f.Name))
	rows := lines(f.Data)
	var out []*draft
	for _, key := range execKeys(all) {
		for _, s := range all {
			if s.key != key {
				continue
			}
			for _, command := range unitWords(s.value) {
				d := unitCommand(command, name)
				if d == nil {
					continue
				}
				d.vars, d.remarks, d.quote = append(vars, d.vars...), remarks(f.Data, rows, s.line), unitQuoted
				out = append(out, d)
			}
		}
	}
	return out, nil
}

// execKeys are the keys of commands, each once.
func execKeys(all []setting) (out []string) {
	seen := map[string]bool{}
	for _, s := range all {
		if execKey().MatchString(s.key) && !seen[s.key] {
			seen[s.key] = true
			out = append(out, s.key)
		}
	}
	return out
}

// unitSettings reads a unit. An empty value takes back what the key had before.
func unitSettings(f *source.File) (out []setting, err error) {
	section := ""
	rows := lines(f.Data)
	for i := 0; i < len(rows); i++ {
		l := rows[i]
		text := strings.TrimSpace(l.of(f.Data))
		switch {
		case text == "" || text[0] == '#' || text[0] == ';':
			continue
		case text[0] == '[':
			if !strings.HasSuffix(text, "]") {
				return nil, fail(f, l.from, "the name of a section ends in ]")
			}
			section = text[1 : len(text)-1]
			continue
		}
		equals := bytes.IndexByte(f.Data[l.from:l.to], '=')
		if equals < 0 || section == "" {
			return nil, fail(f, l.from, "this is no line of a unit: KEY=VALUE in a [Section] is wanted")
		}
		s := setting{section: section, key: strings.TrimSpace(string(f.Data[l.from : l.from+equals])), at: l.from + equals + 1, line: i}
		from := s.at
		for {
			l = rows[i]
			if l.to == from || f.Data[l.to-1] != '\\' {
				s.value.copy(f.Data, from, l.to)
				break
			}
			s.value.copy(f.Data, from, l.to-1)
			s.value.instead(" ", l.to-1, l.to)
			if i+1 == len(rows) {
				break
			}
			for i++; i+1 < len(rows) && isRemark(rows[i].of(f.Data)); i++ { // such lines are not there
			}
			from = rows[i].from
		}
		s.value = s.value.trim()
		if s.value.len() == 0 {
			out = without(out, s.key)
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

func isRemark(text string) bool {
	text = strings.TrimLeft(text, " \t")
	return text != "" && (text[0] == '#' || text[0] == ';')
}

func without(list []setting, key string) (out []setting) {
	for _, s := range list {
		if s.key != key {
			out = append(out, s)
		}
	}
	return out
}

// environment reads the assignments of Environment=.
func environment(value passage) (out []variable) {
	for _, command := range unitWords(value) {
		for _, word := range command {
			text := specified(word.passage, "")
			if at := bytes.IndexByte(text.data, '='); at > 0 {
				out = append(out, variable{name: string(text.data[:at]), value: text.cut(at+1, text.len())})
			}
		}
	}
	return out
}
