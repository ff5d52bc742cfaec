# Completion for fish of chat-tui, which reads the program's own --help.
function __chat_tui_options
	chat-tui --help 2>/dev/null | awk '/^  +-/ {
		sub(/^ +/, "")
		does = $0
		sub(/^[^ ].*[^ ]  +/, "", does)
		sub(/  +.*/, "")
		n = split($0, terms, /, +/)
		for (i = 1; i <= n; i++) {
			sub(/[ =].*/, "", terms[i])
			print terms[i] "\t" does
		}
	}'
end
function __chat_tui_servers
	set -l place $HOME/.config
	set -q XDG_CONFIG_HOME; and set place $XDG_CONFIG_HOME
	set -l before (string match -r -- '.*,' (commandline -ct))
	begin
		awk '/^host / { print $2 }' $place/chat-tui/config 2>/dev/null
		awk '/^[^#]/ { print $1 }' $place/chat-tui/known_hosts \
		    2>/dev/null
	end | awk -v before="$before" '{ print before $0 }'
end
complete -c chat-tui -n 'string match -q -- "-*" (commandline -ct)' \
    -a '(__chat_tui_options)'
complete -c chat-tui -a '(__chat_tui_servers)'
