/*
 * chat-server's command line.
 */
#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H

#include <stdint.h>

#include "server/hub.h"
#include "server/node.h"
#include "server/report.h"
#include "server/room/log.h"
#include "server/roomlist.h"

enum { SETTINGS_PORT = 8888 };

struct settings {
	int			 family;	/* AF_UNSPEC: both */
	const char		*host;		/* of argv; NULL: any */
	uint16_t		 port;		/* 0: a free one */
	enum report_level	 level;
	const char		*dir;		/* of argv; NULL: as usual */
	const char		*user;		/* of argv; NULL: as it is */
	const char		*passphrase;	/* its file; NULL: none */
	const char		*rooms[ROOMLIST_MAX];	/* home, and which to
						 * open beside it */
	size_t			 rooms_n;	/* one at least */
	enum log_sync		 sync;
	int64_t			 keep_ms;	/* 0: for ever */
	uint64_t		 keep_bytes;	/* 0: all */
	struct node_config	 cluster;	/* members NULL: it is alone */
	const char		*here;		/* of argv; NULL: not given */
	bool			 founds;	/* its log is to be all's */
	bool			 classic_asked;	/* hub.classic is of argv */
	struct hub_config	 hub;
};

/*
 * Reads the options. -h and -V print and exit 0; what is wrong is said, and
 * the program ends with exit status 2.
 */
void	 settings_parse(struct settings *, int argc, char *argv[]);
/* The words of the long options; NULL behind the last. */
const char *settings_word(size_t i);

#endif
