package shell

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// What an error quotes stands in the script, or is what is missing there.
func TestErrorsQuoteTheScript(t *testing.T) {
	quoted := regexp.MustCompile("`[^`]+`")
	missing := regexp.MustCompile("(?:must be followed by .*|(?:must end with|with|closing quote) `[^`]+`)$")
	for _, text := range []string{
		"greet(:\n", "greet(x) { :; }\n", "function greet(x {\n", "greet()\n", "greet() ;\n",
		"for i in a b; work; done\n", "for i of a\n", "for\n", "for ((i=0; i<3; i++)) work\n", "select i in a b; work; done\n", "select i of\n",
		"if true; work; fi\n", "if true; then a; elif false; b; fi\n", "while true; work; done\n", "until true; work; done\n",
		"case $1; a) ;; esac\n", "case\n", "a=([1] 2)\n", "a[1]+\n", "a[1]+ (x)\n", "a[1] =x\n", "for ((a b; ; )); do :; done\n",
		"if true; then\n", "while true; do\n", "echo \"a\n", "echo $(a\n", "{ a\n", "( a\n", "cat <<EOF\na\n", "a ) b\n", "}\n", "fi\n", "done\n", "esac\n", ";;\n",
		"[[ a -zz b ]]\n", "[[ a\n", "a && \n", "a | \n", "a >\n", "${x@}\n", "echo ${a[}\n", "((1 +))\n", "let\n", "function\n", "! ! a\n", "coproc\n",
		"@test {\n", "@test \"x\"\n",
	} {
		for _, d := range []source.Dialect{source.Bash, source.Sh, source.Mksh, source.Zsh, source.Bats} {
			_, err := Parse("x", []byte(text), d)
			if err == nil {
				continue
			}
			said := strings.TrimPrefix(err.Error(), "x:")
			for _, q := range quoted.FindAllString(missing.ReplaceAllString(said, ""), -1) {
				q = strings.Trim(q, "`")
				if !strings.Contains(text, q) && !kinds[q] {
					t.Errorf("%s, %q: %s: there is no %q", d, text, said, q)
				}
			}
		}
	}
}

// kinds are words that say what kind of thing is meant.
var kinds = map[string]bool{"if": true, "case": true, "(": true, "()": true, "a[i]": true}
