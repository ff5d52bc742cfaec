/*
 * Whose process the server is. Started as root it needs that for the port, the
 * passphrase's file and its directory's place; not for strangers' datagrams.
 */
#ifndef SERVER_OWNER_H
#define SERVER_OWNER_H

#include <sys/types.h>
#include <limits.h>
#include <stdbool.h>

struct owner {
	bool	 asked;			/* by -u */
	uid_t	 uid;
	gid_t	 gid;
	char	 name[64];
	char	 home[PATH_MAX];
};

/*
 * Who is meant by -u (NULL: it was not given). A user that there is not, or one
 * that this process may not become, is said, and the program ends with exit
 * status 1.
 */
void	 owner_find(struct owner *, const char *user);
/*
 * Becomes that user; if nobody was asked for, and this is root, the one whom
 * the directory belongs to. What goes wrong is said, and the program ends with
 * exit status 1. False: it is root still.
 */
bool	 owner_become(const struct owner *, const char *dir);

#endif
