package holders

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseLock(t *testing.T) {
	whole := Range{0, ToEOF}
	file := Inode{0xfe, 0, 9995294}
	tests := []struct {
		line string
		want entry
	}{
		{"1: FLOCK  ADVISORY  WRITE 18541 fe:00:9995294 0 EOF", entry{kind: Flock, mode: Exclusive, pid: 18541, inode: file, span: whole}},
		{"1: -> FLOCK  ADVISORY  READ 7 fe:00:9995294 0 EOF\n", entry{kind: Flock, mode: Shared, pid: 7, inode: file, span: whole, depth: 1}},
		{"1:   -> FLOCK  ADVISORY  WRITE 7 fe:00:9995294 0 EOF", entry{kind: Flock, mode: Exclusive, pid: 7, inode: file, span: whole, depth: 3}},
		{"22: OFDLCK ADVISORY  READ -1 fe:00:9995294 100 199", entry{kind: OFD, mode: Shared, pid: -1, inode: file, span: Range{100, 199}}},
		{"3: POSIX  ADVISORY  WRITE 5 fe:00:9995294 8 EOF", entry{kind: POSIX, mode: Exclusive, pid: 5, inode: file, span: Range{8, ToEOF}}},
		{"4: LEASE  BREAKING  READ 5 fe:00:9995294 0 EOF", entry{kind: Lease, mode: Shared, breaking: true, pid: 5, inode: file, span: whole}},
		{"5: POSIX  MANDATORY WRITE 5 fe:00:9995294 0 9223372036854775807", entry{kind: POSIX, mode: Exclusive, pid: 5, inode: file, span: Range{0, 1<<63 - 1}}},
	}
	for _, tt := range tests {
		if got, ok := parseLock([]byte(tt.line)); !ok || got != tt.want {
			t.Errorf("%s\n got %+v, %v\nwant %+v", tt.line, got, ok, tt.want)
		}
	}
	for _, line := range []string{
		"", "1:", "1: FLOCK  ADVISORY  WRITE 1 fe:00:1 0", "1: FLOCK  ADVISORY  WRITE 1 fe:00 0 EOF",
		"1: FLOCK  ADVISORY  WRITE x fe:00:1 0 EOF", "1: FLOCK  ADVISORY  WRITE 1 fe:00:1 9 8",
		"1: FLOCK  ADVISORY  WRITE 1 <none>:0 0 EOF", "1: SPIN ADVISORY  WRITE 1 fe:00:1 0 EOF",
		"1: FLOCK  ADVISORY  WRITE 1 fe:00:1 0 EOF more",
	} {
		if got, ok := parseLock([]byte(line)); ok {
			t.Errorf("%q was taken for %+v", line, got)
		}
	}
}

func TestParseFdinfo(t *testing.T) {
	got := parseFdinfo([]byte("pos:\t0\nflags:\t0100001\nmnt_id:\t27\nino:\t44\n" +
		"lock:\t1: FLOCK  ADVISORY  WRITE 5 fe:00:44 0 EOF\nlock:\t2: OFDLCK ADVISORY  READ -1 fe:00:44 0 9\nlock:\tnew kind\n"))
	if got.mount != 27 || got.inode != 44 || len(got.locks) != 2 || got.locks[0].pid != 5 || got.locks[1].kind != OFD {
		t.Errorf("got %+v", got)
	}
}

// A process chooses its own name: everything after it must not be misread.
func TestParseStatWithAHostileName(t *testing.T) {
	boot := time.Unix(1000, 0)
	p, kernel, ok := parseStat([]byte("7 (a) R 1 (\n) S 3 4 5 0 -1 2097216 0 0 0 0 0 0 0 0 20 0 1 0 250 0 0\n"), boot)
	want := Process{PID: 7, Name: "a) R 1 (\n", State: 'S', Parent: 3, Group: 4, Session: 5, UID: -1, Started: boot.Add(2510 * time.Millisecond)}
	if !ok || !kernel || !reflect.DeepEqual(p, want) {
		t.Errorf("got %+v, kernel %v, ok %v", p, kernel, ok)
	}
	p.parseStatus([]byte("Name:\tx\nUid:\t1\t2\t3\t4\nNSpid:\t7\t3\t1\n"))
	if p.UID != 2 || p.InnerPID != 1 {
		t.Errorf("uid %d, inner %d", p.UID, p.InnerPID)
	}
}

func TestParseStatOfWhatIsNone(t *testing.T) {
	for _, text := range []string{
		"", "7 (a) S 3 4 5 0 -1 2097216 0 0 0 0 0 0 0 0 20 0 1 0", "7 (a) SR 3 4 5 0 -1 2097216 0 0 0 0 0 0 0 0 20 0 1 0 250",
		"7 a S 3 4 5 0 -1 2097216 0 0 0 0 0 0 0 0 20 0 1 0 250", "x (a) S 3 4 5 0 -1 2097216 0 0 0 0 0 0 0 0 20 0 1 0 250",
	} {
		if p, _, ok := parseStat([]byte(text), time.Unix(0, 0)); ok {
			t.Errorf("%q: got %+v", text, p)
		}
	}
}

func TestParseCmdline(t *testing.T) {
	for text, want := range map[string][]string{
		"":                        nil,
		"\x00\x00":                nil,
		"sh\x00-c\x00\x00":        {"sh", "-c"},
		"a\x00\x00b\x00":          {"a", "", "b"},
		"title: idle\x00\x00\x00": {"title: idle"},
	} {
		if got := parseCmdline([]byte(text)); !slices.Equal(got, want) {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

func TestParseContainer(t *testing.T) {
	id := strings.Repeat("0123456789abcdef", 4)
	for text, want := range map[string]string{
		"0::/\n":                           "",
		"0::/user.slice/session-1.scope\n": "",
		"0::/system.slice/docker-" + id + ".scope":                        "0123456789ab",
		"1:name=systemd:/docker/" + id + "\n":                             "0123456789ab",
		"0::/kubepods.slice/pod1/cri-containerd-" + id + ".scope/inner\n": "0123456789ab",
		"0::/machine.slice/libpod-" + id + ".scope":                       "0123456789ab",
		"0::/machine.slice/machine-web.scope":                             "web",
		"0::/lxc/web\n":                                                   "web",
		"0::/lxc.payload.web/init.scope":                                  "web",
		"nonsense":                                                        "",
	} {
		if got := parseContainer([]byte(text)); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestParseMounts(t *testing.T) {
	got := parseMounts([]byte(`27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
41 27 0:38 /a\040b /mnt/x\134y ro shared:1 master:2 - nfs4 host:/a ro,local_lock=none
bad line
`))
	want := []Mount{
		{27, 254, 0, "/", "/", "ext4", []string{"rw", "relatime", "rw", "discard"}},
		{41, 0, 38, "/a b", `/mnt/x\y`, "nfs4", []string{"ro", "ro", "local_lock=none"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

// text writes an entry as the kernel does.
func (e entry) text() string {
	name := map[Kind]string{Flock: "FLOCK  ADVISORY ", OFD: "OFDLCK ADVISORY ", POSIX: "POSIX  ADVISORY ", Lease: "LEASE  ACTIVE   ", Delegation: "DELEG  ACTIVE   "}[e.kind]
	if e.breaking {
		name = strings.Replace(strings.Replace(name, "ACTIVE", "BREAKING", 1), "ADVISORY", "BREAKING", 1)
	}
	mode := map[Mode]string{Exclusive: "WRITE", Shared: "READ", Unlocking: "UNLCK"}[e.mode]
	arrow := ""
	if e.depth > 0 {
		arrow = strings.Repeat(" ", e.depth) + "-> "
	}
	end := "EOF"
	if e.span.End != ToEOF {
		end = fmt.Sprint(e.span.End)
	}
	return fmt.Sprintf("1:%s%s %s %d %02x:%02x:%d %d %s", arrow, name, mode, e.pid, e.inode.Major, e.inode.Minor, e.inode.Number, e.span.Start, end)
}

func TestAtoi(t *testing.T) {
	for text, want := range map[string]int{
		"0": 0, "7": 7, "0042": 42, "2147483647": 2147483647, "2147483648": 0, "99999999999999999999999": 0,
		"": 0, "-1": 0, "+1": 0, "7x": 0, " 7": 0,
	} {
		if got := atoi([]byte(text)); got != want {
			t.Errorf("%q: got %d", text, got)
		}
	}
}

func FuzzParseLocks(f *testing.F) {
	f.Add([]byte("1: FLOCK  ADVISORY  WRITE 18541 fe:00:9995294 0 EOF\n1:  -> FLOCK  ADVISORY  READ 7 fe:00:9995294 0 EOF\n"))
	f.Add([]byte("2: LEASE  BREAKING  UNLCK -1 00:2a:18446744073709551615 0 EOF\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, e := range parseLocks(text) {
			again, ok := parseLock([]byte(e.text()))
			if !ok || again != e {
				t.Errorf("%+v is written %q and read as %+v", e, e.text(), again)
			}
		}
		parseFdinfo(text)
		join(parseLocks(text), nil, func(a, b kept) (int, bool) { return 0, false })
	})
}

func FuzzParseProcess(f *testing.F) {
	f.Add([]byte("7 (a) R 1 (\n) S 3 4 5 0 -1 2097216 0 0 0 0 0 0 0 0 20 0 1 0 250 0 0\n"))
	f.Add([]byte("Uid:\t1\t2\t3\t4\nNSpid:\t7\t3\t1\n"))
	f.Add([]byte("1:name=systemd:/docker/x\nbtime 5\n73 0x3 0x2 0x0 0x1b6 0x7 0x0 0x7 0x7\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if p, _, ok := parseStat(text, time.Unix(0, 0)); ok && (p.PID <= 0 || p.Parent < 0) {
			t.Errorf("%+v", p)
		}
		var p Process
		p.parseStatus(text)
		if p.UID < 0 || p.InnerPID < 0 {
			t.Errorf("%+v", p)
		}
		for _, arg := range parseCmdline(text) {
			if strings.Contains(arg, "\x00") {
				t.Errorf("an argument with a NUL: %q", arg)
			}
		}
		parseContainer(text)
	})
}

func FuzzParseMounts(f *testing.F) {
	f.Add([]byte("27 1 254:0 /a\\040b / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, m := range parseMounts(text) {
			if m.ID < 0 || m.FSType == "" {
				t.Errorf("%+v", m)
			}
		}
	})
}
