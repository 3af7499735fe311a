package shellkit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestPatternsCompile compiles each pattern that is written down, since nobody does so before
// it is used, and finds those that would be compiled whenever the program starts.
func TestPatternsCompile(t *testing.T) {
	compiled := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			var above []ast.Node
			ast.Inspect(decl, func(n ast.Node) bool {
				if n == nil {
					above = above[:len(above)-1]
					return true
				}
				above = append(above, n)
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) != 1 {
					return true
				}
				at := fset.Position(call.Pos())
				switch called(call) {
				case "regexp.MustCompile":
					if !slices.ContainsFunc(above, isFunction) {
						t.Errorf("%s: this is compiled whenever the program starts; regex.Of compiles it when it is asked for", at)
					}
				case "regex.Of":
					text, plain := concatenated(call.Args[0])
					if !plain {
						return true
					}
					compiled++
					if _, err := regexp.Compile(text); err != nil {
						t.Errorf("%s: %v", at, err)
					}
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if compiled < 100 {
		t.Errorf("%d patterns were found, which is too few to be all", compiled)
	}
}

func isFunction(n ast.Node) bool {
	switch n.(type) {
	case *ast.FuncDecl, *ast.FuncLit:
		return true
	}
	return false
}

// called is PACKAGE.NAME of what is called so.
func called(call *ast.CallExpr) string {
	s, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return x.Name + "." + s.Sel.Name
}

// concatenated is a text that is written down, in one piece or several.
func concatenated(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := concatenated(e.X)
		right, also := concatenated(e.Y)
		return left + right, ok && also
	}
	return "", false
}
