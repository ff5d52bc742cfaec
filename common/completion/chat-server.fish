# Completion for fish of chat-server, which reads the program's own --help.
function __chat_server_options
	chat-server --help 2>/dev/null | awk '/^  +-/ {
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
complete -c chat-server -n 'string match -q -- "-*" (commandline -ct)' \
    -a '(__chat_server_options)'
