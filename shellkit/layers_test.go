package shellkit_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/lockkit/lockkit/"

// floors says on which floor a package lives. An import goes down at least one
// floor, so packages on one floor never import each other. A package that is not
// here has no place in the house yet: give it one, and say why in the commit.
var floors = map[string]int{
	"scripts/man":         9,
	"scripts/dist":        9,
	"scripts/truth":       9,
	"scripts/conformance": 9,
	"cmd/lockkit":         8,
	// A module of its own, so that what it needs for etcd is no part of lockkit.
	"cmd/lockkit-etcd":      8,
	"cmd/lockkit-etcd/etcd": 7,
	"cmd/lockkit/direct":    7, // beside cli, and initialised before it
	"shellkit/cli":          7,
	"shellkit/lsp":          7,
	// What is said of scripts that were made is held against what is known of them.
	"shellkit/rehearse/truth": 7,
	// Scripts that are made know nothing of what is said of them.
	"shellkit/rehearse/scripts": 5,
	// Known scripts in other words are drawn as those are.
	"shellkit/rehearse/reworded": 6,

	// The log of a run is held against the protocol: below those who ask for it, above both.
	"shellkit/rehearse/inclusion": 6,

	"shellkit/rehearse": 5, // it knows nothing of what is made of its logs
	"shellkit/funcs":    5,
	"shellkit":          4,
	// What runs in other people's scripts is held against what extract and machine say.
	"shellkit/extract/conformance": 4,
	// What shells do in scripts that are made is held against what they say.
	"shellkit/extract/oracle": 4,

	// Scripts with known verdicts: below all who ask for them, above the verdict itself.
	"shellkit/verdicts": 3,

	"shellkit/hosts":    3,
	"shellkit/rules":    3,
	"shellkit/report":   3,
	"shellkit/manual":   3, // text that a user sees, as report is
	"shellkit/machine":  3, // it runs what program compiles
	"shellkit/program":  2,
	"shellkit/extract":  2,
	"shellkit/prove":    2,
	"shellkit/fix":      2,
	"shellkit/shell":    1, // the only reader of scripts
	"shellkit/protocol": 1,
	"shellkit/diag":     1,
	"shellkit/flockcmd": 1,
	"shellkit/doctor":   1,
	"shellkit/changes":  1,
	"shellkit/source":   0,
	"shellkit/ignore":   0,
	"shellkit/lockfile": 0,
	"shellkit/holders":  0,
	// The ground: it knows nothing of shells or locks, and everybody may stand on it.
	"shellkit/regex": -1,
}

// A ban is something that only a few packages may do.
type ban struct {
	what string
	// only lists the packages that may.
	only []string
	// imports are import paths; one that ends in / stands for all below it.
	imports []string
	// uses are functions and variables as they are written, "os.Exit".
	uses []string
	// literal is text that no string or character may contain.
	literal string
	// asks tells of a piece of code that it does it.
	asks func(ast.Node) bool
}

var bans = []ban{
	{
		what:    "reads shell syntax",
		only:    []string{"shellkit/shell", "shellkit/program", "shellkit/extract", "shellkit/extract/conformance", "shellkit/funcs", "shellkit/rehearse/reworded"},
		imports: []string{"mvdan.cc/sh/"},
	},
	{
		what:    "sees a shell",
		only:    []string{"shellkit/shell", "shellkit/program", "shellkit/machine", "shellkit/extract", "shellkit/extract/conformance", "shellkit/rules", "shellkit", "shellkit/cli", "shellkit/lsp", "shellkit/funcs", "shellkit/rehearse/reworded"},
		imports: []string{module + "shellkit/shell"},
	},
	{
		what: "parses shell",
		only: []string{"shellkit/shell", "shellkit/extract/conformance", "shellkit/funcs"},
		uses: []string{"syntax.NewParser"},
	},
	{
		// Those who may ask make scripts for a shell, or run one; what a script means there is
		// a column of shell's table.
		what: "asks which shell it is",
		only: []string{
			"shellkit/shell", "shellkit/funcs", "shellkit/cli", "shellkit/rehearse", "shellkit/rehearse/scripts",
			"shellkit/rehearse/reworded", "shellkit/rehearse/truth", "shellkit/extract/conformance",
			"shellkit/extract/oracle",
		},
		uses: []string{
			"source.Bash", "source.Sh", "source.Dash", "source.Ash", "source.Ksh", "source.Mksh", "source.Zsh", "source.Yash", "source.Bats",
		},
		asks: asksForDialect,
	},
	{
		what: "touches the system",
		only: []string{
			"shellkit/lockfile", "shellkit/holders", "shellkit/doctor",
			"shellkit/flockcmd", "shellkit/rehearse", "scripts/dist",
			"shellkit/changes", // which runs git
			"cmd/lockkit-etcd/etcd",
			"shellkit/extract/conformance", "shellkit/extract/oracle",
		},
		imports: []string{"syscall", "os/exec", "os/signal", "net", "net/", "unsafe", "golang.org/x/sys/"},
		uses:    []string{"os.StartProcess", "os.FindProcess"},
	},
	{
		what:    "parses arguments",
		only:    []string{"shellkit/cli", "shellkit/flockcmd", "scripts/dist"},
		imports: []string{"flag", "github.com/spf13/"},
	},
	{
		what: "reads the arguments of the process",
		only: []string{"cmd/lockkit", "cmd/lockkit/direct", "cmd/lockkit-etcd", "scripts/man", "scripts/dist", "scripts/truth", "scripts/conformance"},
		uses: []string{"os.Args"},
	},
	{
		what: "exits",
		only: []string{"cmd/lockkit", "cmd/lockkit/direct", "cmd/lockkit-etcd", "scripts/man", "scripts/dist", "scripts/truth", "scripts/conformance"},
		uses: []string{
			"os.Exit", "syscall.Exit", "unix.Exit", "runtime.Goexit",
			"log.Fatal", "log.Fatalf", "log.Fatalln",
		},
	},
	{
		what:    "writes ANSI sequences",
		only:    []string{"shellkit/report"},
		literal: "\x1b",
	},
}

func TestLayers(t *testing.T) {
	files := goFiles(t, "..")
	if len(files) == 0 {
		t.Fatal("no Go file found: the test looks in the wrong place")
	}
	for _, file := range files {
		for _, wrong := range violations(file) {
			t.Error(wrong)
		}
	}
}

// TestLayersCanFail shows that each check of TestLayers sees what it is there for.
func TestLayersCanFail(t *testing.T) {
	tests := []struct{ name, pkg, src, want string }{
		{"unlisted", "shellkit/attic", `package attic`, "no floor"},
		{"upward", "shellkit/diag", `package diag; import "github.com/lockkit/lockkit/shellkit/rules"`, "imports shellkit/rules (floor 3)"},
		{"same floor", "shellkit/rules", `package rules; import "github.com/lockkit/lockkit/shellkit/report"`, "imports shellkit/report (floor 3)"},
		{"unlisted import", "shellkit/cli", `package cli; import "github.com/lockkit/lockkit/shellkit/attic"`, "imports shellkit/attic"},
		{"syntax", "shellkit/rules", `package rules; import "mvdan.cc/sh/v3/syntax"`, "reads shell syntax"},
		{"second parser", "shellkit/extract", `package extract; import "mvdan.cc/sh/v3/syntax"; var _ = syntax.NewParser()`, "parses shell"},
		{"constant of a shell", "shellkit/prove", `package prove; import "github.com/lockkit/lockkit/shellkit/source"; var _ = source.Zsh`, "asks which shell it is"},
		{"name of a shell", "shellkit/rules", `package rules; func f(s *Script) bool { return s.Dialect == "sh" }`, "asks which shell it is"},
		{"switch over shells", "shellkit/extract", `package extract; func f(x *walker) { switch x.dialect { } }`, "asks which shell it is"},
		{"name of a row", "shellkit/rules", `package rules; func f(s *Script) bool { return "sh" == shell.Of(s.Dialect).Name }`, "asks which shell it is"},
		{"name of a row in hand", "shellkit/extract", `package extract; func f(x *walker) bool { return x.facts.Name != "sh" }`, "asks which shell it is"},
		{"system", "shellkit/prove", `package prove; import "os/exec"`, "touches the system"},
		{"system through os", "shellkit/fix", `package fix; import "os"; var _ = os.FindProcess`, "touches the system"},
		{"arguments", "shellkit/funcs", `package funcs; import "github.com/spf13/pflag"`, "parses arguments"},
		{"process arguments", "shellkit/cli", `package cli; import "os"; var _ = os.Args`, "reads the arguments"},
		{"exit", "shellkit/cli", `package cli; import "os"; func f() { os.Exit(1) }`, "exits"},
		{"exit under another name", "shellkit/cli", `package cli; import sys "os"; func f() { sys.Exit(1) }`, "exits"},
		{"ansi", "shellkit/cli", `package cli; const red = "\033[31m"`, "writes ANSI"},
		{"ansi character", "shellkit/cli", `package cli; const esc = '\x1b'`, "writes ANSI"},
		{"fine", "shellkit/cli", `package cli; import ("os"; "github.com/lockkit/lockkit/shellkit"); var _ = os.Stdin`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(violations(goFile{tt.pkg, "x.go", parse(t, tt.src)}), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want something with %q", got, tt.want)
			}
		})
	}
}

// goFile is one parsed source file; pkg is its folder below the module's root.
type goFile struct {
	pkg, name string
	syntax    *ast.File
}

// goFiles parses every Go file below root but tests: what a test leans on is not
// part of the house.
func goFiles(t *testing.T, root string) []goFile {
	t.Helper()
	var files []goFile
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if name != root && (strings.HasPrefix(base, ".") || base == "testdata" || base == "build") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		files = append(files, goFile{filepath.ToSlash(dir), base, parse(t, string(src))})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func parse(t *testing.T, src string) *ast.File {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return syntax
}

// violations says what one file does that the house forbids.
func violations(file goFile) []string {
	var wrong []string
	report := func(format string, args ...any) {
		wrong = append(wrong, path.Join(file.pkg, file.name)+": "+fmt.Sprintf(format, args...))
	}
	own, listed := floors[file.pkg]
	if !listed {
		report("package has no floor in layers_test.go")
	}
	for importPath := range importsOf(file.syntax) {
		pkg, ours := strings.CutPrefix(importPath, module)
		if !ours {
			continue
		}
		if floor, listed := floors[pkg]; !listed || floor >= own {
			report("floor %d imports %s (floor %d)", own, pkg, floor)
		}
	}
	for _, ban := range bans {
		if slices.Contains(ban.only, file.pkg) {
			continue
		}
		for _, deed := range ban.deeds(file.syntax) {
			report("%s (%s); only %s may", ban.what, deed, strings.Join(ban.only, ", "))
		}
	}
	return wrong
}

// deeds lists what a file does against the ban.
func (b ban) deeds(file *ast.File) []string {
	var found []string
	names := map[string]string{} // local name of an import → its real name
	for importPath, name := range importsOf(file) {
		names[name] = path.Base(importPath)
		for _, banned := range b.imports {
			if importPath == banned || strings.HasSuffix(banned, "/") && strings.HasPrefix(importPath, banned) {
				found = append(found, "import "+importPath)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if b.asks != nil && n != nil && b.asks(n) {
			found = append(found, "a question for a dialect")
		}
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && slices.Contains(b.uses, names[x.Name]+"."+n.Sel.Name) {
				found = append(found, names[x.Name]+"."+n.Sel.Name)
			}
		case *ast.BasicLit:
			if b.literal != "" && strings.Contains(literalText(n), b.literal) {
				found = append(found, n.Value)
			}
		}
		return true
	})
	return found
}

// asksForDialect tells of a comparison of a dialect, or of its name, with something written
// down, and of a switch over it.
func asksForDialect(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		_, left := n.X.(*ast.BasicLit)
		_, right := n.Y.(*ast.BasicLit)
		return (n.Op == token.EQL || n.Op == token.NEQ) && (right && isDialect(n.X) || left && isDialect(n.Y))
	case *ast.SwitchStmt:
		return n.Tag != nil && isDialect(n.Tag)
	}
	return false
}

// isDialect tells of an expression that it is a dialect, or the name of a row of the table.
func isDialect(e ast.Expr) bool {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	switch sel.Sel.Name {
	case "Dialect", "dialect":
		return true
	case "Name":
		switch x := sel.X.(type) {
		case *ast.CallExpr:
			of, ok := x.Fun.(*ast.SelectorExpr)
			return ok && of.Sel.Name == "Of"
		case *ast.SelectorExpr:
			return x.Sel.Name == "facts"
		}
	}
	return false
}

// importsOf maps import paths to the names under which the file knows them.
func importsOf(file *ast.File) map[string]string {
	imports := map[string]string{}
	for _, spec := range file.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		imports[importPath] = path.Base(importPath)
		if spec.Name != nil {
			imports[importPath] = spec.Name.Name
		}
	}
	return imports
}

func literalText(lit *ast.BasicLit) string {
	if lit.Kind != token.STRING && lit.Kind != token.CHAR {
		return ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return lit.Value
	}
	return text
}
