/*
 * What a server has before it hears anybody: its place, whose that is, its
 * secrets, its log. Run once by main; what is wrong is said, and the program
 * ends with exit status 1.
 */
#ifndef SERVER_OPENING_H
#define SERVER_OPENING_H

#include <limits.h>
#include <stdbool.h>

#include "common/hello.h"
#include "server/cluster/position.h"
#include "server/settings.h"

struct bans;
struct heirs;
struct hub;
struct keeper;
struct log;
struct marks;
struct node;
struct persons;
struct roomlist;
struct syncer;

struct opening {
	char		 dir[PATH_MAX];
	struct syncer	*syncer;	/* NULL: none */
	struct roomlist	*rooms;
	struct log	*log;		/* of the home room */
	struct bans	*bans;
	struct persons	*persons;
	struct marks	*marks;
	struct talks	*talks;
	struct heirs	*heirs;
	struct node	*node;		/* of several; NULL: it is alone */
	struct keeper	*keeper;	/* then, of how far it was told, */
	struct position	 position;	/* and how far it was before; */
	bool		 goes_on;	/* it goes on there */
};

/*
 * The place, its rooms, how the home room is called, and the secrets, which are
 * the settings' from here on. And from here on this process is whom they belong
 * to: false where that is root.
 */
bool	 opening_place(struct opening *, struct settings *);
/* Who is banned, and whose key is out; who is known, how far each has read,
 * which talks there are. */
void	 opening_bans(struct opening *);
void	 opening_people(struct opening *);
/* Of several servers: the hub, which is new, knows where people were, and how
 * far it is told is kept from now on. */
void	 opening_goes_on(struct opening *, struct hub *);
/* What ends this one of several servers, in a sentence; NULL: nothing. */
const char *opening_node_ends(const struct opening *);
/* Closes all that; 0, or what kept a log from the disk, an errno. */
int	 opening_end(struct opening *);

#endif
