/*
 * The client's command line.
 */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum { OPTIONS_PORT = 8888 };	/* where a room is unless told otherwise */

struct options {
	int		 family;	/* AF_UNSPEC, AF_INET, AF_INET6 */
	bool		 host_here;	/* -H */
	bool		 plain;		/* -P */
	bool		 follow;	/* --follow */
	bool		 no_store;	/* --no-store */
	bool		 classic;	/* --classic */
	bool		 has_after;	/* --after */
	uint64_t	 after;
	unsigned	 loss_percent;	/* --loss */
	const char	*passphrase;	/* -k: its file; NULL: ask */
	bool		 port_given;
	uint16_t	 port;
	const char	*name;		/* NULL: ask */
	const char	*server;	/* HOST; never NULL */
};

/*
 * Reads argv into *o. Returns -1 to go on, else the exit status: 0 after -h
 * or -V, 2 after a usage error, which has been printed.
 */
int	 options_parse(struct options *o, int argc, char **argv);

#endif
