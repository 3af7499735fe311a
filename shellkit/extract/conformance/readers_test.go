package conformance

import (
	"reflect"
	"testing"
)

func TestReaders(t *testing.T) {
	tests := []struct {
		name string
		read func(name, text string) []Case
		text string
		want []Case
	}{
		{
			"oils", readOils,
			"## compare_shells: bash dash\n\n#### one thing\necho a\n# a comment\n## STDOUT:\na\n## END\n\n#### two\n## code: echo b; exit 3\n## status: 3\n",
			[]Case{
				{File: "f", Line: 4, Name: "one thing", Text: "echo a\n# a comment\n", Shells: []string{"bash", "dash"}},
				{File: "f", Line: 11, Name: "two", Text: "echo b; exit 3\n", Shells: []string{"bash", "dash"}},
			},
		},
		{
			"yash", readYash,
			"setup <<\\__END__\nready=yes\n__END__\n\ntest_oE -e 0 'first' -e\necho test_x\n__IN__\ntest_x 'no case'\n__OUT__\n\n" +
				"test_x -d -e n \"second\" -s foo\nfalse\n__IN__\n",
			[]Case{
				{File: "f", Line: 6, Name: "first", Head: "ready=yes\nset -e\n", Text: "echo test_x\n"},
				{File: "f", Line: 12, Name: "second", Head: "ready=yes\n", Text: "false\n", Skip: "it asks for arguments"},
			},
		},
		{
			"yash's other ways to set up", readYash,
			"setup 'a=1'\nsetup '\nb=2\n'\ntest_OE 'it'\n:\n__IN__\n",
			[]Case{{File: "f", Line: 6, Name: "it", Head: "a=1\n\nb=2\n", Text: ":\n"}},
		},
		{
			"mksh", readMksh,
			"# a comment\nname: files\ndescription:\n\twhat it does\nfile-setup: file 644 \"in\"\n\tline\nstdin:\n\tread x <in\n\t\techo $x\nexpected-stdout:\n\tline\n---\n" +
				"name: options\narguments: !-e!\nstdin:\n\tfalse\n---\nname: terminal\nneed-ctty: yes\nstdin:\n\t:\n---\n",
			[]Case{
				{File: "f", Line: 8, Name: "files", Text: "read x <in\n\techo $x\n", Files: map[string]string{"in": "line\n"}},
				{File: "f", Line: 16, Name: "options", Head: "set -e\n", Text: "false\n"},
				{File: "f", Line: 21, Name: "terminal", Text: ":\n", Skip: "it needs need-ctty"},
			},
		},
		{"smoosh", readSmoosh, "echo a\n", []Case{{File: "f", Line: 1, Name: "f", Text: "echo a\n"}}},
		{"modernish", readModernish, "return 1\n", []Case{{
			File: "f", Line: 1, Name: "f", Head: modernishHead + "thetest() {\n", Text: "return 1\n\n}\nthetest\n",
		}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.read("f", tt.text)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, tt.want)
			}
		})
	}
}

func TestCaseIsForShells(t *testing.T) {
	c := Case{Shells: []string{"bash-4.4", "mksh"}}
	if !c.in("bash") || !c.in("mksh") || c.in("dash") {
		t.Errorf("in bash %v, in mksh %v, in dash %v", c.in("bash"), c.in("mksh"), c.in("dash"))
	}
}
