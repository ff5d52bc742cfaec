/*
 * The languages in which load.c is spoken to servers beside ours, and to ours
 * in classic: how one comes in and says something. Whatever is said begins with
 * '^' and a number, which is found again in any of them. Inline, since each
 * bench is one file.
 */
#ifndef TESTS_BENCH_TONGUE_H
#define TESTS_BENCH_TONGUE_H

#include <sys/socket.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TONGUE_HEARD = 65536 };

enum tongue { SECURE, CLASSIC, BARE, IRC, NATS, MQTT, TONGUES };

static const struct {
	const char	*name;
	bool		 stream;	/* TCP */
	bool		 echo;		/* who says it is told it, too */
} tongues[TONGUES] = {
	[SECURE] = { "secure", false, true },
	[CLASSIC] = { "classic", false, false },
	[BARE] = { "bare", false, true },
	[IRC] = { "irc", true, false },
	[NATS] = { "nats", true, true },
	[MQTT] = { "mqtt", true, true },
};

/* Somebody on his way in. */
struct entering {
	enum tongue	 tongue;
	int		 fd;
	char		 name[33];
	int		 step;
	size_t		 len;		/* heard since the last step */
	char		 heard[TONGUE_HEARD + 1];
};

static inline void
tongue_send(int fd, const void *data, size_t len)
{
	/* There is room for a whole window: see load.c's sockets. */
	if (send(fd, data, len, MSG_NOSIGNAL) != (ssize_t)len)
		err(1, "send");
}

static inline void
tongue_send_text(int fd, const char *text)
{
	tongue_send(fd, text, strlen(text));
}

/* An MQTT packet of less than 16 KiB. */
static inline void
tongue_send_mqtt(int fd, unsigned type, const void *topic, size_t topic_len,
    const void *data, size_t len)
{
	unsigned char packet[2048], *p = packet;
	size_t all = topic_len + len;

	*p++ = (unsigned char)type;
	if (all > 127)
		*p++ = (unsigned char)(all & 127) | 128;
	*p++ = (unsigned char)(all > 127 ? all >> 7 : all);
	memcpy(p, topic, topic_len);
	memcpy(p + topic_len, data, len);
	tongue_send(fd, packet, (size_t)(p - packet) + all);
}

/* Takes the next step where words were heard; then they are forgotten. */
static inline bool
tongue_heard(struct entering *e, const char *words)
{
	if (strstr(e->heard, words) == NULL)
		return false;
	e->step++;
	e->len = 0;
	e->heard[0] = '\0';
	return true;
}

static inline void
tongue_pong(struct entering *e)
{
	char *ping = strstr(e->heard, "PING :"), *end;

	if (ping == NULL || (end = strstr(ping, "\r\n")) == NULL)
		return;
	ping[1] = 'O';
	tongue_send(e->fd, ping, (size_t)(end + 2 - ping));
}

static inline bool
tongue_enter_irc(struct entering *e)
{
	char words[128];

	if (e->step == 0) {
		snprintf(words, sizeof(words), "NICK %s\r\nUSER u 0 * :x\r\n",
		    e->name);
		tongue_send_text(e->fd, words);
		e->step++;
	}
	if (e->step == 1) {
		tongue_pong(e);
		/* The end of the message of the day, or there is none. */
		if (tongue_heard(e, " 376 ") || tongue_heard(e, " 422 "))
			tongue_send_text(e->fd, "JOIN #room\r\n");
	}
	return e->step == 2 && tongue_heard(e, " 366 ");
}

static inline bool
tongue_enter_nats(struct entering *e)
{
	if (e->step == 0 && tongue_heard(e, "INFO"))
		tongue_send_text(e->fd, "CONNECT {\"verbose\":false,"
		    "\"pedantic\":false,\"echo\":true}\r\nSUB room 1\r\n"
		    "PING\r\n");
	return e->step == 1 && tongue_heard(e, "PONG");
}

static inline bool
tongue_enter_mqtt(struct entering *e)
{
	static const char connect[] = "\0\4MQTT\4\2\0"; /* and one more 0 */
	static const char subscribe[] = "\0\1\0\4room";	/* here, too */
	size_t len = strlen(e->name);
	char id[40] = { 0, (char)len };

	memcpy(id + 2, e->name, len);
	if (e->step == 0) {
		tongue_send_mqtt(e->fd, 0x10, connect, sizeof(connect), id,
		    len + 2);
		e->step++;
	} else if (e->step == 1 && e->len >= 4) {
		tongue_send_mqtt(e->fd, 0x82, subscribe, sizeof(subscribe),
		    "", 0);
		e->step++;
		e->len = 0;
	}
	return e->step == 2 && e->len >= 5;
}

static inline bool
tongue_enter_datagrams(struct entering *e, const char *ask, const char *yes)
{
	char words[64];

	snprintf(words, sizeof(words), "%s%s", ask,
	    e->tongue == CLASSIC ? e->name : "");
	if (e->step == 0) {
		tongue_send_text(e->fd, words);
		e->step++;
	}
	return tongue_heard(e, yes);
}

/* Goes on with what was heard, NUL-terminated; true: he is in. */
static inline bool
tongue_enter(struct entering *e)
{
	switch (e->tongue) {
	case CLASSIC: return tongue_enter_datagrams(e, "L ", "OK");
	case BARE: return tongue_enter_datagrams(e, "J", "j");
	case IRC: return tongue_enter_irc(e);
	case NATS: return tongue_enter_nats(e);
	case MQTT: return tongue_enter_mqtt(e);
	default: return false;
	}
}

static inline void
tongue_say(enum tongue tongue, int fd, const char *text, size_t len)
{
	char words[2048];
	int n = (int)len;

	switch (tongue) {
	case CLASSIC:
		n = snprintf(words, sizeof(words), "C %.*s", n, text);
		break;
	case IRC:
		n = snprintf(words, sizeof(words), "PRIVMSG #room :%.*s\r\n",
		    n, text);
		break;
	case NATS:
		n = snprintf(words, sizeof(words), "PUB room %d\r\n%.*s\r\n",
		    n, n, text);
		break;
	case MQTT:
		tongue_send_mqtt(fd, 0x30, "\0\4room", 6, text, len);
		return;
	default:
		memcpy(words, text, len);
		break;
	}
	tongue_send(fd, words, (size_t)n);
}

#endif
