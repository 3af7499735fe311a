package truth

import (
	"fmt"
	"os"
	"reflect"
	"slices"
)

// witnesses are files of the machine that every script sees as they are, and that nobody
// changes while scripts are rehearsed.
var witnesses = []string{"/dev/null"}

// watched returns what the witnesses look like.
func watched() []string {
	var out []string
	for _, name := range witnesses {
		out = append(out, name+" "+look(name))
	}
	return out
}

// look is what can be told of a file without opening it: its mode, when it was written, and,
// where the system says so, when its mode or owner was set.
func look(name string) string {
	info, err := os.Stat(name)
	if err != nil {
		return err.Error()
	}
	set := ""
	if st := reflect.Indirect(reflect.ValueOf(info.Sys())); st.Kind() == reflect.Struct {
		set = fmt.Sprint(st.FieldByName("Ctim"))
	}
	return fmt.Sprint(info.Mode(), info.ModTime().UnixNano(), set)
}

// gotOut names the witnesses that look otherwise than before.
func gotOut(before []string) []string {
	var out []string
	for i, now := range watched() {
		if !slices.Contains(before, now) {
			out = append(out, witnesses[i]+" is not as it was")
		}
	}
	return out
}
