package hosts

import (
	"bytes"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Dockerfile(5): the command of each RUN is a script of its own under the shell of its
// stage, and so are those of CMD, ENTRYPOINT and HEALTHCHECK.
var dockerfile = &Kind{
	Name:   "Dockerfile",
	named:  func(path string) bool { return dockerName().MatchString(path) },
	taking: dockerCommands,
}

var (
	dockerName  = regex.Of(`(^|/)((Dockerfile|Containerfile)([.-][^/]+)?|[^/]+\.([Dd]ockerfile|[Cc]ontainerfile))$`)
	dockerWord  = regex.Of(`^[ \t]*([A-Za-z]+)([ \t]+|$)`)
	dockerFlag  = regex.Of(`^--[a-z][a-z-]*(=[^ \t]*)?[ \t]*`)
	dockerQuote = regex.Of("(?m)^#[ \t]*escape[ \t]*=[ \t]*(`)[ \t]*\r?$")
	ashImage    = regex.Of(`(^|/)(alpine|busybox)([:@]|$)|alpine`)
	alienImage  = regex.Of(`windows|nanoserver`)
)

// stage is what holds for the commands of one stage of a build.
type stage struct {
	shell, flags, options string
	vars                  []variable
}

func dockerCommands(f *source.File) ([]*draft, error) {
	escape := byte('\\')
	if head := f.Data[:min(len(f.Data), HeadSize)]; dockerQuote().Match(head) {
		escape = '`'
	}
	r := &dockerReader{file: f, rows: lines(f.Data), escape: escape}
	var out []*draft
	stages := map[string]stage{}
	now, name := stage{shell: "sh"}, ""
	for {
		row := r.next
		line, ok := r.instruction()
		if !ok {
			return out, nil
		}
		word := dockerWord().FindSubmatchIndex(line.data)
		if word == nil {
			return nil, fail(f, line.start(0), "this is no instruction of a Dockerfile")
		}
		keyword := strings.ToUpper(string(line.data[word[2]:word[3]]))
		rest := line.cut(word[1], line.len())
		if keyword == "ONBUILD" {
			if word = dockerWord().FindSubmatchIndex(rest.data); word == nil {
				continue
			}
			keyword, rest = strings.ToUpper(string(rest.data[word[2]:word[3]])), rest.cut(word[1], rest.len())
		}
		rest = withoutFlags(rest)
		switch keyword {
		case "FROM":
			now, name = stageFrom(strings.Fields(string(rest.data)), stages)
		case "SHELL":
			if words, ok := jsonWords(rest); ok && len(words) > 0 {
				now.shell, now.flags, now.options = shellOfWords(words)
			}
		case "ENV", "ARG":
			now.vars = append(now.vars[:len(now.vars):len(now.vars)], dockerVariables(rest)...)
		case "HEALTHCHECK":
			if at := dockerWord().FindSubmatchIndex(rest.data); at != nil && strings.EqualFold(string(rest.data[at[2]:at[3]]), "CMD") {
				out = append(out, now.command(rest.cut(at[1], rest.len()), nil))
			}
		case "RUN", "CMD", "ENTRYPOINT":
			one := now.command(rest, r.documents(rest))
			if one != nil {
				one.remarks = remarks(f.Data, r.rows, row)
				out = append(out, one)
			}
		case "COPY", "ADD":
			r.documents(rest)
		}
		stages[name] = now
		out = withoutNil(out)
	}
}

func withoutNil(list []*draft) []*draft {
	if n := len(list); n > 0 && list[n-1] == nil {
		return list[:n-1]
	}
	return list
}

// stageFrom is what a stage begins with: what the one has that it is built on.
func stageFrom(words []string, stages map[string]stage) (now stage, name string) {
	now = stage{shell: "sh"}
	if len(words) == 0 {
		return now, ""
	}
	image := strings.ToLower(words[0])
	before, known := stages[image]
	switch {
	case known:
		now = before
	case alienImage().MatchString(image):
		now.shell = "cmd"
	case ashImage().MatchString(image):
		now.shell = "ash"
	}
	if len(words) > 2 && strings.EqualFold(words[1], "as") {
		name = strings.ToLower(words[2])
	}
	return now, name
}

func withoutFlags(p passage) passage {
	for {
		flag := dockerFlag().FindIndex(p.data)
		if flag == nil {
			return p
		}
		p = p.cut(flag[1], p.len())
	}
}

// shellOfWords reads the words of SHELL.
func shellOfWords(words []word) (shell, flags, options string) {
	shell = shellOf(string(words[0].data))
	for _, w := range words[1:] {
		switch text := string(w.data); {
		case text == "pipefail":
			options = "set -o pipefail"
		case strings.HasPrefix(text, "-") && !strings.HasPrefix(text, "--") && strings.Contains(text, "e"):
			flags = "-e"
		}
	}
	return shell, flags, options
}

// command is the command of an instruction: words in JSON, or shell with its
// here-documents.
func (s stage) command(p passage, documents []hereDocument) *draft {
	p = p.trim()
	d := &draft{dialect: s.shell, flags: s.flags, options: s.options, vars: s.vars}
	if words, ok := jsonWords(p); ok {
		if len(words) == 0 {
			return nil
		}
		if given := handedToShell(words, false); given != nil {
			given.vars = s.vars
			return given
		}
		d = &draft{dialect: "sh", vars: s.vars}
		for i, w := range words {
			if i > 0 {
				d.body.add(" ", w.start(p.start(0)))
			}
			d.body.join(w.shell(true, false))
		}
		return d
	}
	if len(documents) == 1 && documents[0].mark == string(p.data) { // the text itself is what is run
		body := documents[0].body
		if dialect, ok := source.Shebang(body.data); ok {
			if dialect == source.Other {
				return nil
			}
			d.dialect, d.flags, d.options = string(dialect), "", ""
			if first, _, _ := bytes.Cut(body.data, []byte("\n")); bytes.Contains(first, []byte(" -e")) {
				d.flags = "-e"
			}
		}
		d.body = body
		return d
	}
	d.body.join(p)
	for _, one := range documents {
		d.body.add("\n", one.body.start(p.end(0)))
		d.body.join(one.body)
		d.body.join(one.end)
	}
	return d
}
