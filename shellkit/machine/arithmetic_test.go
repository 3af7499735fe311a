package machine

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// TestArithmetic holds what is calculated against what the shells say.
func TestArithmetic(t *testing.T) {
	check(t, []wordCase{
		{`r=$((1+2*3)).$((7/2)).$((-7/2)).$((-7%3)).$((10%3*2)).$((3-2-1))`, "7.3.-3.-1.2.0", all},
		{`r=$((5>3&&2<1||1)).$((1?2:3)).$((!0)).$((~5)).$((-3)).$((3!=3)).$((3>=3))`, "1.2.1.-6.-3.0.1", all},
		{`r=$((1<<4|1)).$((6&3)).$((6^3)).$((-5>>1))`, "17.2.5.-3", octals},
		{`r=$((010))`, "8", octals},
		{`r=$((010))`, "10", decimal},
		{`r=$((0xff)).$((16#ff))`, "255.255", korn},
		{`r=$((2**10)).$((2**3**2))`, "1024.512", nil},
		{`x=; r=$((x+1)).$((y+1)).$(($x+1))`, "1.1.1", all},
		{`x=y; y=3; r=$((x))`, "3", korn},
		{`x=1+2; r=$(($x*3)).$((x*3))`, "7.9", korn},
		{`x=1; r=$((x++))$x$((++x))$x; r=$r.$((x+=2)).$((x<<=1)).$x`, "1233.5.10.10", korn},
		{`x=5; r=$((x=2,$x))$x`, "52", korn},
		{`a=(5 6 7); r=$((a[1]+1)); ((a[1]+=3)); r=$r.${a[1]}`, "7.9", korn},
		{`x=0; (( x++ )) && r=y || r=n; r=$r$x; (( x && y++ )); (( x || z++ )); r=$r.$y.$z`, "n1.1.", korn},
		{`let "x=4+1" "y = x * 2"; r=$y; let 0 && r=bad`, "10", korn},
		{`for ((i=0; i<3; i++)); do r=$r$i; done`, "012", nil},
		{`r=$((2147483647+1))`, "2147483648", nil},
		{`r=$((2147483647+1))`, "<$((2147483647+1))>", inMksh},
		{`r=$((1/0))`, "!a division by zero in $((1/0))  <$((1/0))>", all},
		{`r=$((2**3))`, "!how $((2**3)) is calculated  <$((2**3))>", inDash},
		{`x=y; r=$((x))`, "!what is calculated where a variable holds y  <$((x))>", inDash},
		{`r=$((1+2<<1))`, "!how $((1+2<<1)) is calculated  <$((1+2<<1))>", inZsh},
	}, nil)
}

// TestOpenArithmetic asks for what hangs on values that are not known.
func TestOpenArithmetic(t *testing.T) {
	check(t, []wordCase{
		{`x=$(($#+1)); (( x == $#+1 )) && r=same || r=other`, "same", korn},
		{`(( $# > 2 )) && r=1 || r=2; (( $# > 2 )) && r=$r.1 || r=$r.2`, "1.1  2.2  ?(( $# > 2 ))", korn},
		{`(( $# > 2 )) && r=1 || r=2; [ $# -le 2 ] && r=$r.few || r=$r.many`, "1.many  2.few  ?(( $# > 2 ))", korn},
		{`(( $# > 2 )) || exit; (( $# > 1 )) && r=1 || r=2`, "1  ?(( $# > 2 ))", korn},
		{`(( $# < 0 )) && r=1 || r=2`, "2", korn},
		{`(( $# == 1 && (x = 5) )); r=$x`, "  5  ?(( $# == 1 && (x = 5) ))", nil},
		{`(( x = $# == 1 ? 5 : 6 )); r=$x`, "5  6  ?(( x = $# == 1 ? 5 : 6 ))", nil},
		{`x=1; r=$(( $# && x++ ))$x`, "01  12  ?$(( $# && x++ ))", nil},
		{`r=$(($# + 1)); r=${r:+n}`, "n", all},
		{`set -u; [ $# -ge 1 ] || exit; r=${1+x}`, "?[ $# -ge 1 ]  x", korn},
	}, nil)
}

// TestFactOf shows that a comparison and its opposite have one name.
func TestFactOf(t *testing.T) {
	a, b := Symbol("$a", "a"), Literal("3")
	for _, tt := range [][2]string{{"=", "!="}, {"-eq", "-ne"}, {"-lt", "-ge"}, {"-gt", "-le"}} {
		one, yes := factOf(tt[0], a, b)
		other, no := factOf(tt[1], a, b)
		if one != other || yes == no || one == "" {
			t.Errorf("%s and %s are %q, %v and %q, %v", tt[0], tt[1], one, yes, other, no)
		}
	}
	if one, _ := factOf("-gt", a, b); one != "-lt3\x01"+a.Key {
		t.Errorf("-gt is %q", one)
	}
}

// TestBounds shows what comparisons say of a number.
func TestBounds(t *testing.T) {
	v := Symbol("$n", "n")
	v.Number = true
	x := &expander{m: newMachine("t", source.Bash), s: &State{}}
	for _, fact := range []struct {
		op    string
		n     string
		truth bool
	}{{"-gt", "2", true}, {"-ge", "7", false}, {"-eq", "3", false}} {
		name, positive := factOf(fact.op, v, Literal(fact.n))
		x.s = x.s.answer(name, fact.truth == positive)
	}
	if b := x.bounds(v); b.high != 6 || b.low < 3 {
		t.Errorf("bounds are %v", b)
	}
	for _, tt := range []struct {
		op   string
		n    string
		want maybe
	}{{"-lt", "9", yes}, {"-gt", "6", no}, {"-eq", "2", no}, {"-ne", "2", yes}, {"-le", "5", undecided}} {
		if got := x.decided(tt.op, v, Literal(tt.n)); got != tt.want {
			t.Errorf("n %s %s is %v", tt.op, tt.n, got)
		}
	}
}
