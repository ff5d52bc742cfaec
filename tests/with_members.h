/*
 * A hub with guests, by plain calls: what goes out arrives at once, the clock
 * is the test's. The log is in memory.
 */
#ifndef TESTS_WITH_MEMBERS_H
#define TESTS_WITH_MEMBERS_H

#include "server/hub.h"
#include "server/room/bans.h"
#include "server/room/heirs.h"
#include "server/room/log.h"
#include "server/roomlist.h"
#include "server/talks.h"
#include "tests/with_disk.h"
#include "tests/with_guest.h"
#include "tests/with_syncer.h"

enum { MEMBERS_GUESTS = 128, MEMBERS_ROOMS = 4 };

struct den {
	struct memdisk	*mem;
	struct disk	 disk;
	struct waiter	 waiter;	/* slow: as long as the test likes */
	struct log	*log;
	struct roomlist	*list;		/* NULL: the rooms are given */
	const char	*const *names;	/* of those in it, home first */
	size_t		 names_n;
	size_t		 open_max;	/* logs beside home's; 0: any */
	bool		 members_open, closed;
	struct bans	*bans;
	struct persons	*persons;	/* if people is */
	struct marks	*marks;
	enum hub_talks	 talks_for;	/* there are none, if not in a list */
	struct talks	*talks;
	size_t		 talks_max;	/* 0: as usual; the same, in a day: */
	uint32_t	 talks_day;
	int64_t		 talks_keep_ms;
	struct heirs	*heirs;
	struct hub	*hub;
	struct log	*rooms[MEMBERS_ROOMS];	/* besides the first */
	size_t		 rooms_n;
	int64_t		 now_ms;	/* of the wall, too */
	struct guest	*guest[MEMBERS_GUESTS];
	size_t		 guests;
	unsigned	 classic;	/* datagrams to addresses of nobody */
	char		 text[64];	/* the last of them */
	uint64_t	 drawn;
	uint32_t	 rate;
	bool		 many;		/* sessions may be of several rooms */
	bool		 people;	/* and devices of one person */
	/* Sees each datagram as the hub sends it; NULL: nobody looks. */
	void		(*sent)(struct den *, const union sock_addr *to,
			    const void *data, size_t len);
	void		*arg;
};

void	 den_open(struct den *, uint32_t rate);
/* One session may be in several rooms there. */
void	 den_open_rooms(struct den *);
void	 den_open_rooms_at(struct den *, uint32_t rate);
/* And one key may have several such sessions there. */
void	 den_open_people(struct den *);
/* The same, with the rooms in a list, the first of which is home. */
void	 den_open_list(struct den *, const char *const *names, size_t n);
/* And two may have a talk there. */
void	 den_open_talks(struct den *);
/* Beside its log somebody waits for the disk. */
void	 den_open_waiting(struct den *, uint32_t rate);
void	 den_open_rooms_waiting(struct den *);
void	 den_close(struct den *);
/* One more room, of that name; where its log is among rooms. */
size_t	 den_open_room(struct den *, const char *name);
/* The server ends, and another one begins on the same data. */
void	 den_restart(struct den *);
/* The same, but that it ended by a crash. */
void	 den_crash(struct den *);
/* A guest from that address, not in yet. */
struct guest *den_guest(struct den *, const char *name, const char *ip);
/* Lets it shake hands; true: it got through. */
bool	 den_enter(struct den *, struct guest *);
/* Seals frames and gives them to the hub, and everybody what follows. */
void	 den_say(struct den *, struct guest *, const struct wire_out *);
/* One line; true: it is in the log. */
bool	 den_line(struct den *, struct guest *, const char *text);
/* Asks for another name; true: he is called so. */
bool	 den_rename(struct den *, struct guest *, const char *name);
void	 den_leave(struct den *, struct guest *);
/* A classic line from there. */
void	 den_classic(struct den *, const char *ip, uint16_t port,
	    const char *line);
/* Lets the time go by. */
void	 den_run(struct den *, int64_t ms);
uint64_t den_head(const struct den *);
uint64_t den_head_in(const struct den *, size_t room);
/* How many entries of that kind the log has; name NULL: of anybody. */
unsigned den_count(struct den *, enum entry_kind, const char *name);

#endif
