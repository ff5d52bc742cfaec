/*
 * A world in one process: the hub with its log, links with their files, and a
 * network that loses, repeats, reorders and bends what it carries, under a
 * clock that only the world turns. All of it follows from one seed. Checks at
 * each step what must hold always; worlds_end checks what must have come true.
 */
#ifndef TESTS_WITH_WORLD_H
#define TESTS_WITH_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/sock.h"

enum { WORLD_CLIENTS = 64, WORLD_VILLAINS = 8, WORLD_KEPT = 3,
	WORLD_ROOMS = 64 };
/* Names and lines of those who are no clients begin so; then their number. */
#define WORLD_VILLAIN "mallory"

struct world_net {
	unsigned	 loss_permille;
	unsigned	 burst_permille;	/* a burst of loss begins */
	unsigned	 burst_max;		/* datagrams in one */
	unsigned	 repeat_permille;
	unsigned	 late_permille;		/* 10 to 120 ms late */
	unsigned	 corrupt_permille;
	unsigned	 divert_permille;	/* shown to a spoofed address first */
	unsigned	 delay_ms;		/* one way */
	unsigned	 jitter_ms;		/* mean of an exponential */
	unsigned	 kbit;			/* a second, of each client's
						 * line each way; 0: any */
	unsigned	 queue_ms;		/* before the line, the longest */
};

struct world_config {
	uint64_t	 seed;
	struct world_net net;
	uint32_t	 rate;			/* of the hub; 0: no limit */
	const char	*passphrase;		/* of the room; NULL: none */
	int		 rooms;			/* 0 and 1: one, as to who knows
						 * no other. Else they are
						 * numbered from 0, home, on */
	bool		 people;		/* with several rooms: who has
						 * several devices is there by
						 * all, which say lines by
						 * names that begin as his */
	bool		 listed;		/* by a list that the server
						 * has, which opens them */
	bool		 trace;
	/* An entry was shown to client i; may be NULL. */
	void		(*shown)(void *arg, int i, const struct entry *);
	void		*arg;
	/* A datagram came to an address that is no client's; may be NULL. */
	void		(*others)(void *arg, const union sock_addr *to,
			    const void *data, size_t len);
	void		*others_arg;
};

struct world_figures {
	unsigned long long up, down;		/* datagrams */
	unsigned long long up_bytes, down_bytes;	/* offered */
	unsigned long long full;		/* no room before a line */
};

struct world;

struct world	*world_new(const struct world_config *);
void		 world_free(struct world *);
int64_t		 world_now(const struct world *);
void		 world_set_net(struct world *, const struct world_net *);
uint64_t	 world_random(struct world *, uint64_t below);
/* Something else goes down that client's line, so many bytes: when it is
 * through, ms; -1: there is no room for it. The net has a kbit. */
int64_t		 world_cross(struct world *, int i, size_t len);
/* Lets the time go by. */
void		 world_run(struct world *, int64_t ms);

/* The server; kill: the machine dies, and what was not synced is torn. */
void		 world_server_start(struct world *);
void		 world_server_stop(struct world *);
/* Dies after so many more of its datagrams. */
void		 world_server_kill(struct world *, unsigned after);
/* Its disk takes so many bytes more; UINT64_MAX: any. */
void		 world_server_disk(struct world *, uint64_t bytes);
/* Where one of several rooms is, but for the home room, of which all are. */
void		 world_room_disk(struct world *, int room, uint64_t bytes);
/* Its files are copied; it dies, and they are put back to one of the last such
 * copies, of which there is one. */
void		 world_server_back_up(struct world *);
void		 world_server_restore(struct world *);
void		 world_server_put_back(struct world *, unsigned copy);
bool		 world_server_up(const struct world *);
/* The operator lets client i say nothing for so long, 0: he may speak. */
void		 world_mute(struct world *, int i, int64_t ms);

/* A person with a key; joins as name. person: whose key, an earlier client's
 * or -1 for a new one. Returns its number. */
int		 world_client(struct world *, const char *name, int person,
		    const char *passphrase);
void		 world_client_start(struct world *, int i);
/* Where there are several rooms, from now on and in later runs it is in that
 * one, too; and no more, but in its last one. At first it is in the home room.
 * What it says, reads, asks is of the room that it looks at. */
void		 world_client_enter(struct world *, int i, int room);
void		 world_client_part(struct world *, int i, int room);
void		 world_client_look(struct world *, int i, int room);
/* Its user has read what it shows; how far he has, by this device or another,
 * as it knows. */
void		 world_client_see(struct world *, int i);
uint64_t	 world_client_mark(const struct world *, int i, int room);
bool		 world_client_is_of(const struct world *, int i, int room);
/* It is connected, has all that there is, and nothing waits to be said, in all
 * of its rooms. */
bool		 world_client_has_all(const struct world *, int i);
void		 world_client_kill(struct world *, int i, bool machine);
/* The server is up, and the world knows people: the person has another key from
 * now on, and all devices that run are started anew by that. */
void		 world_rekey(struct world *, int i);
/* Is killed after so many more changes of its disk. */
void		 world_client_die(struct world *, int i, unsigned changes);
/* Its files are copied; and it is killed, and they are put back to that: false,
 * there is no copy. */
void		 world_client_back_up(struct world *, int i);
bool		 world_client_put_back(struct world *, int i);
void		 world_client_leave(struct world *, int i);
void		 world_client_sleep(struct world *, int i, bool asleep);
/* Sleeps while another says so many lines, and so long after that. */
void		 world_client_miss(struct world *, int i, int other, int lines,
		    int64_t ms);
/* Wakes up; how long until it has all that there is, at most so long. */
int64_t		 world_client_catch_up(struct world *, int i, int64_t most);
/* Its source port and address are new from now on. */
void		 world_client_move(struct world *, int i);
/* Says its next line, "name#n", padded; long: in several pieces. */
void		 world_client_say(struct world *, int i, bool is_long);
/* It is down, and has another outbox, with so many lines more: as where the
 * host is spelled otherwise and nobody answers. The next start takes it over. */
void		 world_client_say_elsewhere(struct world *, int i,
		    unsigned lines);
/* Asks the room for another name; what it is called, "": not in yet. Names are
 * one person's for ever: who asks for another's must be refused. */
void		 world_client_nick(struct world *, int i, const char *name);
const char	*world_client_name(const struct world *, int i);
/* The last denial of a name it asked for, 0: none; its wait. */
int		 world_client_refusal(const struct world *, int i);
int64_t		 world_client_refusal_ms(const struct world *, int i);
struct world_person {
	unsigned	 answers;
	unsigned	 flags;		/* record_member */
	int64_t		 since_ms;
	char		 key[64];	/* fingerprint */
	char		 name[TEXT_NAME_BYTES + 1];
};
/* Asks who that is; what it was told last. */
void		 world_client_whois(struct world *, int i, const char *name);
struct world_person world_client_person(const struct world *, int i);
/* Compares with the server; how often that was found the same. */
void		 world_client_verify(struct world *, int i);
unsigned	 world_client_verified(const struct world *, int i);
/* How many members its screen knows, and who of them is away. */
unsigned	 world_client_members(const struct world *, int i);
bool		 world_client_sees_away(const struct world *, int i,
		    const char *name);
/* Asks for older entries; how many came in all. */
void		 world_client_read(struct world *, int i, uint64_t before,
		    uint32_t count);
unsigned	 world_client_older(const struct world *, int i);
void		 world_client_busy(struct world *, int i, bool busy);
bool		 world_client_up(const struct world *, int i);
/* How often it was told that the server does not answer. */
unsigned	 world_client_lost(const struct world *, int i);
/* Handshakes that the server has seen to their end. */
unsigned long long world_handshakes(const struct world *);
bool		 world_client_online(const struct world *, int i);
/* The last denial it was told, 0: none. */
int		 world_client_denial(const struct world *, int i);
uint64_t	 world_client_have(const struct world *, int i);
/* How many entries its screen shows. */
uint64_t	 world_client_shown(const struct world *, int i);
unsigned	 world_client_said(const struct world *, int i);
unsigned	 world_client_pending(const struct world *, int i);

/* What others do: send something to the server over the network, or to client
 * i as if it were from the server; and report that nobody listens at its
 * address, as a forged ICMP message does. */
void		 world_inject(struct world *, const union sock_addr *from,
		    const void *data, size_t len);
void		 world_inject_down(struct world *, int i, const void *data,
		    size_t len);
void		 world_unreachable(struct world *, int i);
union sock_addr	 world_client_addr(const struct world *, int i);
/* How many rooms there are, and how they are called. */
int		 world_rooms(const struct world *);
const char	*world_room_name(const struct world *, int room);
/* The key of the room's passphrase; NULL: it has none. */
const uint8_t	*world_psk(const struct world *);

struct world_figures world_figures(const struct world *);
/* The log's newest entry, of the home room or that one. */
uint64_t	 world_head(const struct world *);
uint64_t	 world_head_of(const struct world *, int room);
/* How many leaves, joins and timeouts of this name the logs have. */
unsigned	 world_count(struct world *, const char *name,
		    enum entry_kind);

/*
 * What must be so after peace: each live client has all of the log, the same,
 * in order, once; each line is there once and in its author's order, under a
 * name of his own, while he was in the room; what was acknowledged stays; each
 * knows what he is called and who is there. True, or says what is not.
 */
bool		 world_settled(struct world *);
/* Nobody but who is of a room is in it: so long after. */
enum { WORLD_QUIET_MS = 200 * 1000 };
bool		 world_quiet(struct world *);
/* What was wrong at some step; NULL: nothing. */
const char	*world_broken(const struct world *);

#endif
