#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Checks by the #include lines that nothing in the module points up: face -> flow -> registry, hss -> store, ims, codec.
# Also: codec is libc only and allocates nothing, no Kamailio header in codec, ims and diameter, no freeDiameter header
# outside diameter. Prints each line that breaks a rule; quiet when there is none.
#
# usage: tools/check-layers.sh [MODULE_DIR]
set -eu

cd "${1:-modules/ipsmgw}"

{
	find . -name '*.[ch]' | sort | while read -r f; do
		grep -nE '^[[:space:]]*#[[:space:]]*include' "$f" /dev/null || true
	done
} | awk '
BEGIN {
	may["face"] = "face flow registry hss store ims codec kamailio libc"
	may["flow"] = "flow registry hss store ims codec kamailio libc"
	may["registry"] = "registry store ims codec kamailio libc"
	may["store"] = "store ims codec kamailio libc"
	may["hss"] = "hss diameter-link ims codec kamailio libc"
	may["ims"] = "ims codec libxml libc"
	may["codec"] = "codec libc"
	may["diameter"] = "diameter diameter-link ims codec freediameter libxml libc"
}
function layer_of(path) {
	sub(/^\.\//, "", path)
	if(path == "diameter/link.h") return "diameter-link"
	return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : "face"
}
# dir/../x -> x
function tidy(path) {
	gsub(/\/\.\//, "/", path)
	while(match(path, /[^\/.]+\/\.\.\//)) path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH)
	return path
}
function exists(path,	line, found) {
	found = (getline line < path) >= 0
	close(path)
	return found
}
function target_of(file, name, quoted,	dir, path) {
	if(name ~ /freeDiameter/) return "freediameter"
	if(!quoted) return name ~ /^libxml\// ? "libxml" : name ~ /\// && name !~ /^(sys|netinet|arpa)\// ? "other" : "libc"
	dir = file
	sub(/[^\/]*$/, "", dir)
	path = tidy(dir name)
	if(path !~ /^(\.\/)?\.\.\// && exists(path)) return layer_of(path)
	if(name !~ /^\.\.\// && exists(name)) return layer_of("./" name)
	if(name ~ /^(\.\.\/)+(core|modules|lib)\// || name ~ /^(core|modules|lib)\//) return "kamailio"
	return "other"
}
{
	file = $0; sub(/:.*/, "", file)
	text = substr($0, length(file) + 2)
	line = text; sub(/:.*/, "", line)
	match(text, /[<"][^>"]*[>"]/)
	name = substr(text, RSTART + 1, RLENGTH - 2)
	from = layer_of(file)
	to = target_of(file, name, substr(text, RSTART, 1) == "\"")
	if(from == "diameter-link") from = "diameter"
	if(!(from in may)) { printf "%s: a folder that has no layer\n", file; bad = 1 }
	else if(index(" " may[from] " ", " " to " ") == 0) {
		printf "%s:%s: %s must not include %s (%s)\n", file, line, from, name, to
		bad = 1
	}
}
END { exit bad }
' || exit 1

if grep -nE '\<(malloc|calloc|realloc|free|strdup|strndup|asprintf)[[:space:]]*\(' codec/*.[ch]; then
	echo "codec must not allocate" >&2
	exit 1
fi
