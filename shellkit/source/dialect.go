package source

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// Dialect is the shell that a script is written for.
type Dialect string

// The dialects that are told apart. Sh is POSIX sh as dash, the /bin/sh of
// Debian, understands it; Bats is bash with @test blocks.
const (
	Bash  Dialect = "bash"
	Sh    Dialect = "sh"
	Dash  Dialect = "dash"
	Ash   Dialect = "ash" // busybox
	Ksh   Dialect = "ksh" // ksh93
	Mksh  Dialect = "mksh"
	Zsh   Dialect = "zsh"
	Yash  Dialect = "yash"
	Bats  Dialect = "bats"
	Other Dialect = "" // not a shell
)

var dialectNames = map[string]Dialect{
	"bash": Bash, "sh": Sh, "dash": Dash, "ash": Ash, "busybox": Ash,
	"ksh": Ksh, "ksh93": Ksh, "ksh93u+m": Ksh, "rksh": Ksh, "ksh88": Ksh, "pdksh": Mksh,
	"mksh": Mksh, "lksh": Mksh, "oksh": Mksh,
	"zsh": Zsh, "yash": Yash, "bats": Bats, "posix": Sh,
}

// ParseDialect returns the dialect of that name, or false when it is not one.
func ParseDialect(name string) (Dialect, bool) {
	d, ok := dialectNames[name]
	return d, ok
}

// Shebang returns the dialect that the first line asks for. ok is false when
// there is no shebang; a shebang of another language gives [Other], true.
func Shebang(data []byte) (d Dialect, ok bool) {
	words, ok := handedTo(data)
	if len(words) == 0 {
		return Other, ok
	}
	d, known := dialectNames[words[0]]
	if !known && len(words) > 1 { // it hands over to what it is told
		d = dialectNames[filepath.Base(words[1])]
	}
	return d, true
}

// Interpreter is the name, without its folder, of the program to which the first line hands
// the file, as "make"; "" where it does not.
func Interpreter(data []byte) string {
	if words, _ := handedTo(data); len(words) > 0 {
		return words[0]
	}
	return ""
}

// handedTo is what a shebang says behind env and its options: the name of a program and its
// first words. ok is false where there is none.
func handedTo(data []byte) (words []string, ok bool) {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	text, found := strings.CutPrefix(strings.TrimPrefix(string(line), "\ufeff"), "#!")
	if !found {
		return nil, false
	}
	words = strings.Fields(text)
	if len(words) > 0 && filepath.Base(words[0]) == "env" {
		words = words[1:]
		for len(words) > 0 && (strings.HasPrefix(words[0], "-") || strings.Contains(words[0], "=")) {
			words = words[1:]
		}
	}
	if len(words) == 0 {
		return nil, true
	}
	words[0] = filepath.Base(words[0])
	if words[0] == "busybox" && len(words) > 1 {
		words = words[1:]
	}
	return words, true
}

var shellDirective = regex.Of(`(?m)^[ \t]*#[ \t]*(?:shellcheck|lockkit)[ \t][^\n]*\bshell=([a-z0-9+]+)`)

// DialectOf decides as ShellCheck does: a directive, else the shebang, else what
// marks a function file of zsh, else the extension, else bash; a .sh that has what only bash
// has is bash too. Other means that the script says that it is
// something else than a shell script.
func DialectOf(f *File) Dialect {
	if bytes.Contains(f.Data, []byte("shell=")) { // few have one, and to look is cheap
		if m := shellDirective().FindSubmatch(f.Data); m != nil {
			if d, ok := dialectNames[string(m[1])]; ok {
				return d
			}
		}
	}
	if d, ok := Shebang(f.Data); ok {
		if d == Bash && isBatsName(f.Name) {
			return Bats
		}
		return d
	}
	if zshAutoload().Match(f.Data[:min(len(f.Data), 4096)]) {
		return Zsh
	}
	if d := DialectOfName(f.Name); d != Other && !(filepath.Ext(f.Name) == ".sh" && beyondSh().Match(f.Data)) {
		return d
	}
	return Bash
}

// beyondSh recognises what dash and its like do not have, outside of comments. Many call a
// file for bash NAME.sh that has no first line: other scripts read it. Who asks for BASH_VERSION
// may be any shell.
var beyondSh = regex.Of(`(?m)^[^#\n]*?(?:(?:^|[\s;&|(!])(?:\[\[\s|shopt\s|declare\s|mapfile\s|readarray\s)|\w\+?=\((?:[^(]|$)|\$\{\w+(?:\[|//?|,|\^|:\d)|<<<|&>|[<>]\(|\$\{?BASH_(?:SOURCE|REMATCH|LINENO)\b)`)

// DialectOfName is what the name of a file alone tells: by its extension, or because some
// shell reads a file that is called so. Other means that it tells nothing.
func DialectOfName(name string) Dialect {
	if d, ok := namedFiles[filepath.Base(name)]; ok {
		return d
	}
	ext := strings.TrimPrefix(filepath.Ext(name), ".")
	if d, ok := namedFiles["*."+ext]; ok {
		return d
	}
	return dialectNames[ext]
}

// namedFiles are the files of shells, and of programs that have theirs read by one.
var namedFiles = map[string]Dialect{
	".profile": Sh, ".shrc": Sh, ".shinit": Sh, ".xinitrc": Sh, ".xsession": Sh, ".xsessionrc": Sh, ".xprofile": Sh, ".xserverrc": Sh,
	".bashrc": Bash, ".bash_profile": Bash, ".bash_login": Bash, ".bash_logout": Bash, ".bash_aliases": Bash, ".bash_functions": Bash,
	"bash.bashrc": Bash, ".envrc": Bash, "PKGBUILD": Bash, "*.ebuild": Bash, "*.eclass": Bash,
	"APKBUILD": Ash, ".kshrc": Ksh, ".mkshrc": Mksh, ".yashrc": Yash, ".yash_profile": Yash,
	".zshrc": Zsh, ".zshenv": Zsh, ".zprofile": Zsh, ".zlogin": Zsh, ".zlogout": Zsh, "zshrc": Zsh, "zshenv": Zsh,
}

// zshAutoload recognises a function file of zsh, which has no first line of its own.
var zshAutoload = regex.Of(`(?m)^[ \t]*(?:#(?:autoload|compdef)\b|emulate (?:-[A-Z]+ )?zsh\b)`)

func isBatsName(name string) bool { return filepath.Ext(name) == ".bats" }
