package hosts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// TestHostile reads files that are made to cost more than any machine has, or to lead a
// reader astray: it ends, with texts that have places, or with a clear error.
func TestHostile(t *testing.T) {
	var bomb, merges, variables strings.Builder
	bomb.WriteString("x0: &x0 [echo a, echo b]\n")
	merges.WriteString("y0: &y0 {a: b}\n")
	variables.WriteString("v0 = aaaaaaaaaa\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&bomb, "x%d: &x%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*x%d, ", i-1), 10))
		fmt.Fprintf(&merges, "y%d: &y%d {<<: [%s]}\n", i, i, strings.Repeat(fmt.Sprintf("*y%d, ", i-1), 10))
		fmt.Fprintf(&variables, "v%d = %s\n", i, strings.Repeat(fmt.Sprintf("$(v%d)", i-1), 10))
	}
	tests := []struct{ name, host, text string }{
		{"aliases", ".gitlab-ci.yml", bomb.String() + "job: {script: *x29}\n"},
		{"merged", ".gitlab-ci.yml", merges.String() + "job: {<<: *y29, script: a}\n"},
		{"merged env", ".github/workflows/a.yml", "on: push\n" + merges.String() + "jobs: {a: {steps: [{run: a, env: *y29}]}}\n"},
		{"blocks", "site.yml", "- hosts: all\n  tasks: &a\n  - block: *a\n  - block: *a\n  - shell: a\n"},
		{"circle", ".gitlab-ci.yml", "a: &a\n  <<: *a\n  script: [*a, &b [*b, x]]\n"},
		{"deep flow", ".gitlab-ci.yml", "a: " + strings.Repeat("[", 200_000)},
		{"deep block", ".gitlab-ci.yml", strings.Repeat("- ", 100_000) + "a"},
		{"variables", "Makefile", variables.String() + "a:\n\techo $(v29) $(v29)\n"},
		{"recursive", "Makefile", "a = $(a)$(b)\nb = $(a)$(b)\nall:\n\techo $(a)\n"},
		{"parentheses", "Makefile", "a:\n\t" + strings.Repeat("$(", 2_000) + "\n"},
		{"long line", "crontab", "* * * * * echo " + strings.Repeat("a%", 100_000)},
		{"continued", "a.service", "[Service]\nExecStart=/bin/a" + strings.Repeat(" \\\n", 50_000)},
		{"continued", "Dockerfile", "FROM a\nRUN a" + strings.Repeat(" \\\n", 50_000)},
		{"marks", "Dockerfile", "FROM a\nRUN a " + strings.Repeat("<<A ", 10_000) + "\nA\n"},
		{"quotes", "a.service", "[Service]\nExecStart=/bin/sh -c " + strings.Repeat(`"'\`, 50_000)},
		{"bytes", "Dockerfile", "FROM a\nRUN \xff\xfe\x80 \\\n\xc3\n"},
		{"bytes", ".gitlab-ci.yml", "job:\n  script: \xff\xfe\n"},
		{"control", ".gitlab-ci.yml", "job:\n  script: \x01\n"},
		{"mark of order", ".gitlab-ci.yml", "\ufeffjob: {script: a}\n"},
		{"line ends", ".gitlab-ci.yml", "job:\r  script: a\u0085b: c\u2028d: e\n"},
		{"nothing", ".gitlab-ci.yml", ""},
		{"nothing", "Dockerfile", "\n"},
		{"nothing", "Makefile", "\t"},
		{"nothing", "crontab", " \n#"},
		{"nothing", "a.service", "\\\n"},
	}
	for _, tt := range tests {
		t.Run(tt.host+" "+tt.name, func(t *testing.T) {
			f, err := source.New(tt.host, []byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			kind := Sniff(tt.host, f.Data, true)
			if kind == nil {
				t.Fatal("no host")
			}
			texts, err := Read(kind, f)
			if err != nil && !strings.HasPrefix(err.Error(), tt.host+":") {
				t.Errorf("%v has no place", err)
			}
			for _, text := range texts {
				holdPlaces(t, text)
				if len(text.Script.Data) > 4<<20 {
					t.Errorf("%d bytes", len(text.Script.Data))
				}
			}
		})
	}
}
