/*
 * Every setting of the client: from the config file, then the command line.
 * The table of their words is tui/settings/config's.
 */
#ifndef TUI_SETTINGS_OPTIONS_H
#define TUI_SETTINGS_OPTIONS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/fingerprint.h"
#include "common/text.h"
#include "tui/settings/theme.h"
#include "tui/shared/hosts.h"

enum {
	OPTIONS_PORT = 8888,	/* where a room is unless told otherwise */
	OPTIONS_TEXT_BYTES = 1024,
	OPTIONS_SINCE_BYTES = 40,
	OPTIONS_WAIT_MS = 20 * 1000,
	OPTIONS_SCROLLBACK_MB = 100
};

enum options_members { MEMBERS_AUTO, MEMBERS_ON, MEMBERS_OFF };
enum options_notices { NOTICES_FOLD, NOTICES_HIDE };
enum options_act { ACT_JOIN, ACT_EXPORT_KEY, ACT_IMPORT_KEY,
	ACT_NEW_KEY };
enum options_alert { ALERT_NONE, ALERT_BELL, ALERT_OSC9, ALERT_OSC777 };

/* Of plain mode; fixed while it runs. */
struct options_plain {
	bool		 on;		/* -P */
	bool		 follow;
	bool		 json;
	bool		 one_message;
	bool		 quiet;
	bool		 not_mine;
	char		 to[TEXT_NAME_BYTES + 1];	/* "": to all */
	bool		 has_count;
	uint64_t	 count;
	int64_t		 timeout_ms;	/* 0: none */
	char		 since[OPTIONS_SINCE_BYTES];	/* "": not set */
	bool		 has_after;
	uint64_t	 after;
	int64_t		 wait_ms;	/* for the server; 0: for ever */
};

/* Of the screen; /set changes them. */
struct options_screen {
	struct theme	 theme;
	bool		 times;		/* left of the names */
	enum options_members members;
	enum options_notices notices;
	bool		 mouse;
	enum options_alert alert;	/* of a mention while unfocused */
	bool		 emoji;		/* a :name: that is typed becomes it */
	bool		 title;	/* mentions are counted in the window's */
	char		 notify[OPTIONS_TEXT_BYTES]; /* a command; "": none */
	char		 opener[OPTIONS_TEXT_BYTES];	/* likewise */
	char		 highlight[OPTIONS_TEXT_BYTES];	/* words that count as
							 * mentions */
	char		 ignore[OPTIONS_TEXT_BYTES]; /* names, blanks between */
};

/* Where to and how, fixed while it runs, and what the two modes have alone. */
struct options {
	enum options_act act;
	int		 family;	/* AF_UNSPEC, AF_INET, AF_INET6 */
	bool		 host_here;	/* -H */
	bool		 no_store;
	bool		 classic;
	unsigned	 loss_percent;
	bool		 port_given;
	uint16_t	 port;
	char		 name[OPTIONS_TEXT_BYTES];	/* "": ask */
	char		 passphrase[PATH_MAX];	/* its file; "": ask. Of a key's
						 * only -k itself */
	bool		 server_given;
	char		 server[OPTIONS_TEXT_BYTES]; /* HOST, the first of a
						 * list; never "" */
	char		 others[HOSTS_LIST_BYTES]; /* those behind it, each
						 * with its port; "" */
	char		 key[FINGERPRINT_TEXT];	/* the server's, short or
						 * whole; "": not said */
	char		 section[256];	/* of the file, that counts; "" */
	char		 config[PATH_MAX]; /* the file; "": no home for it */
	char		 forget[256];	/* --forget: HOST as it was typed; "" */
	char		 room[OPTIONS_TEXT_BYTES]; /* names, blanks between;
						 * "": the home room */
	unsigned	 scrollback_mb;
	struct options_plain plain;
	struct options_screen screen;
};

/*
 * Reads the config file and argv into *o; an invitation is taken apart into
 * server, port and key. Returns -1 to go on, else the exit
 * status: 0 after -h or -V, 2 after an error, which has been printed.
 */
int	 options_parse(struct options *o, int argc, char **argv);

/* The i-th of the rooms that are given; false: there are not so many. */
enum { OPTIONS_ROOM_BYTES = 64 + 1 };
bool	 options_room(const struct options *, size_t i,
	    char room[OPTIONS_ROOM_BYTES]);
/* Longest "[HOST]:PORT", with NUL. */
enum { OPTIONS_SHOWN = 256 + 8 };
/* Is a server that is called so on this machine, whatever its names are? */
bool	 options_is_here(const char *server);
/* The server with its port, as it is known by. Returns dst. */
char	*options_label(char dst[OPTIONS_SHOWN], const char *server,
	    uint16_t port);
/* The server as it is shown, and may be typed: its port only where it is not
 * the usual one. Returns dst. */
char	*options_show(char dst[OPTIONS_SHOWN], const char *server,
	    uint16_t port);

#endif
