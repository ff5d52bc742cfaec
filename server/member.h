/*
 * The members of the room, found by address, by name and by how long they
 * have been silent. Pure; owned by the hub.
 */
#ifndef SERVER_MEMBER_H
#define SERVER_MEMBER_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/sock.h"
#include "common/text.h"
#include "server/room/ask.h"

enum {
	MEMBERS_MAX = 4096,
	MEMBERS_SLOTS = 4096	/* of each hash */
};

enum member_state {
	MEMBER_COMES,		/* its entry is not in the log yet */
	MEMBER_HERE,
	MEMBER_GOES		/* the same of the one that says so */
};

struct member_line;
LIST_HEAD(member_lines, member_line);

struct member {
	struct ask		 ask;		/* to come in, then to go */
	LIST_ENTRY(member)	 by_addr;
	LIST_ENTRY(member)	 by_name;
	TAILQ_ENTRY(member)	 by_silence;
	union sock_addr		 addr;
	int64_t			 heard_ms;
	int64_t			 told_ms;	/* a line went there; 0: none */
	bool			 newline;	/* its datagrams end in one */
	uint64_t		*credit;	/* NULL: no end */
	uint64_t		 credit_bytes;	/* may still be sent to it */
	enum member_state	 state;
	bool			 leaves;	/* as soon as it has come */
	uint32_t		 leave_flags;	/* of that entry, */
	bool			 timed_out;	/* and its kind */
	struct member_lines	 lines;		/* said, and not told yet */
	unsigned		 lines_n;
	size_t			 name_len;
	char			 name[TEXT_NAME_BYTES];
	char			 fold[TEXT_FOLD_BYTES];
};

LIST_HEAD(member_slot, member);
TAILQ_HEAD(member_list, member);

struct members {
	struct member_slot	 addrs[MEMBERS_SLOTS];
	struct member_slot	 names[MEMBERS_SLOTS];
	struct member_list	 list;		/* longest silent first */
	size_t			 count;
	uint32_t		 seed;		/* so that nobody picks slots */
};

void	 members_init(struct members *, uint32_t seed);
/* Frees all members. */
void	 members_clear(struct members *);

/*
 * Adds a member who comes, whose name is a valid one and whose address is
 * nobody's, or of one who goes. Returns NULL if the room is full or memory is
 * short; the table owns the member.
 */
struct member *members_add(struct members *, const union sock_addr *,
	    const char *name, size_t len, int64_t now_ms);
/* Takes the member out and frees it. */
void	 members_remove(struct members *, struct member *);
/* Notes that the member was heard: now it is the last in the list. */
void	 members_heard(struct members *, struct member *, int64_t now_ms);

/* Of several the one who came last. */
struct member *members_at(struct members *, const union sock_addr *);
/* The member in the room of that name, whatever its case; NULL: none. */
struct member *members_named(struct members *, const char *name, size_t len);

#endif
