package cli

import (
	"reflect"
	"testing"
)

// TestReadOptions reads back every form in which a direct command writes an option.
func TestReadOptions(t *testing.T) {
	const help = `usage: lockkit x [OPTION...] LOCK

Words with -s, --shared in them are no option.

  -s, --shared          let others in
  -x, -e, --exclusive   let nobody in
  -w, --timeout SECONDS wait no longer;
                        0 is -n
  -E, --conflict-exit-code STATUS
                        status when busy
      --fcntl           take another lock
      --on etcd://HOST:PORT,...[/FOLDER]
                        take it elsewhere

                        no part of it

status: 0
`
	want := []helpOption{
		{shorts: "s", long: "shared", about: "let others in"},
		{shorts: "xe", long: "exclusive", about: "let nobody in"},
		{shorts: "w", long: "timeout", value: "SECONDS", about: "wait no longer; 0 is -n"},
		{shorts: "E", long: "conflict-exit-code", value: "STATUS", about: "status when busy"},
		{long: "fcntl", about: "take another lock"},
		{long: "on", value: "etcd://HOST:PORT,...[/FOLDER]", about: "take it elsewhere"},
	}
	if got := readOptions(help); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
