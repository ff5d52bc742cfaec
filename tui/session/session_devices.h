/*
 * What a session knows of the user's devices. Its own, with the functions of
 * session_devices.c.
 */
#ifndef TUI_SESSION_SESSION_DEVICES_H
#define TUI_SESSION_SESSION_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record;
struct session;

enum { DEVICES_MOST = 16, DEVICES_NAME_BYTES = 64 };

/* What they are asked for. */
enum devices_for {
	DEVICES_NOT,
	DEVICES_PAGE,		/* /devices */
	DEVICES_END		/* one of them is to end */
};

struct device {
	uint64_t	 since_ms;	/* UTC; it is known by that */
	uint32_t	 heard_s;	/* so long ago */
	bool		 self;
	char		 name[DEVICES_NAME_BYTES];
};

struct devices {
	enum devices_for what;		/* until all are told */
	char		 ends[DEVICES_NAME_BYTES];	/* name, or number */
	struct device	 of[DEVICES_MOST];
	size_t		 n;
};

/* /devices, and /devices end NAME. False: it cannot; that is told. */
bool	 session_devices(struct session *, const char *arg, size_t len);
void	 session_take_device(struct session *, const struct record *);
/* A room of his is entered here as well, in a window that is not shown. */
void	 session_take_mine(struct session *, const struct record *);
/* The room of s->w was left by another: its window goes, unless he looks. */
void	 session_take_parted(struct session *, const struct record *);

#endif
