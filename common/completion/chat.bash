# Completion for bash of chat-tui, chat-server and chat-ctl. What there is to
# complete is read from the program's own --help, so that it is never another.

# The options of $1; with $2, one of them, what its value is, by its English word.
_chat_options() {
	LC_ALL=C "$1" --help 2>/dev/null | awk -v of="$2" '
	/^  +-/ {
		sub(/^ +/, "")
		sub(/  +.*/, "")
		n = split($0, terms, /, +/)
		value = terms[n]
		if (!sub(/^[^ =]*[ =]/, "", value))
			value = ""
		for (i = 1; i <= n; i++) {
			sub(/[ =].*/, "", terms[i])
			if (of == "")
				print terms[i]
			else if (terms[i] == of)
				print value
		}
	}'
}

# The requests that chat-ctl knows.
_chat_requests() {
	"$1" --help 2>/dev/null | awk '/^  [a-z]/ { print $1 }'
}

# The rooms of the server that it steers.
_chat_rooms() {
	"$1" rooms 2>/dev/null | cut -f1
}

_chat_servers() {
	local place=${XDG_CONFIG_HOME:-$HOME/.config}/chat-tui
	awk '/^host / { print $2 }' "$place/config" 2>/dev/null
	awk '/^[^#]/ { print $1 }' "$place/known_hosts" 2>/dev/null
}

_chat() {
	local program=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]}
	local before=${COMP_WORDS[COMP_CWORD-1]} value request word option
	local IFS=$'\n'
	COMPREPLY=()
	if [ "$cur" = = ]; then
		cur=
	elif [ "$before" = = ] && [ "$COMP_CWORD" -gt 1 ]; then
		before=${COMP_WORDS[COMP_CWORD-2]}
	fi
	case $before in
	-*)
		value=$(_chat_options "$program" "$before")
		case ${program##*/}$before in
		chat-ctl-R)
			COMPREPLY=($(compgen -W "$(_chat_rooms "$program")" \
			    -- "$cur"))
			return ;;
		esac
		case $value in
		*[[:lower:]]'|'*)
			COMPREPLY=($(compgen -W "${value//|/$'\n'}" -- "$cur"))
			return ;;
		*[Ff][Ii][Ll][Ee]*)
			COMPREPLY=($(compgen -f -- "$cur"))
			return ;;
		*directory*|*DIRECTORY*)
			COMPREPLY=($(compgen -d -- "$cur"))
			return ;;
		?*)
			return ;;
		esac ;;
	esac
	case $cur in
	-*)
		COMPREPLY=($(compgen -W "$(_chat_options "$program")" \
		    -- "$cur"))
		return ;;
	esac
	case ${program##*/} in
	chat-tui)
		word=
		[ "${cur%,*}" = "$cur" ] || word=${cur%,*},
		COMPREPLY=($(compgen -P "$word" -W "$(_chat_servers)" \
		    -- "${cur##*,}")) ;;
	chat-ctl)
		for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
			case $option$word in
			-d|-R) option=$word ;;
			-d*|-R*) option= ;;
			-*) ;;
			*) request=$word; break ;;
			esac
		done
		case $request in
		'')
			COMPREPLY=($(compgen -W \
			    "$(_chat_requests "$program")" -- "$cur")) ;;
		whois|kick|ban|mute|unmute|allow|disallow|rekey)
			COMPREPLY=($(compgen -W \
			    "$("$program" names 2>/dev/null | cut -f1)" -- "$cur")) ;;
		room)
			if [ "$before" = room ]; then
				word=$'open\nrename\nput-away'
			else
				word=$(_chat_rooms "$program")
			fi
			COMPREPLY=($(compgen -W "$word" -- "$cur")) ;;
		backup)
			COMPREPLY=($(compgen -f -- "$cur")) ;;
		esac ;;
	esac
}
complete -F _chat chat-tui chat-server chat-ctl
