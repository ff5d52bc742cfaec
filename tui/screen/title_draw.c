/*
 * The title: where one is, and how it stands with the server. Parent process.
 */
#include "tui/screen/title_draw.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/screen/screen.h"
#include "tui/session/scene.h"
#include "tui/settings/theme.h"

enum {
	JOINING_S = 3,		/* a usual answer is there by then */
	NAME_FROM = 60		/* columns of a talk that has one's name */
};

/* What is drawn, and on what. */
struct title {
	struct screen	*screen;
	const struct scene *scene;
	int		 cols;
};

static int
put(const struct title *f, int col, enum style style, const char *text)
{
	const struct screen_at at = { SCREEN_TITLE, 0, col, f->cols - col };

	return screen_put(f->screen, at, style, text, strlen(text));
}

/* The state in words, "" when all is well. */
static const char *
trouble(const struct scene *s, char *buf, size_t size)
{
	long long seconds = (long long)(s->phase_ms / 1000);

	switch (s->link.phase) {
	case RECORD_IDLE:
	case RECORD_ONLINE:
		return "";
	case RECORD_JOINING:
		if (seconds < JOINING_S)
			return _("joining");
		snprintf(buf, size, _("joining, no word for %lld s"), seconds);
		return buf;
	case RECORD_LOST:
		break;
	}
	/* Since when it was heard last, not until anything. */
	snprintf(buf, size, s->link.ended ?
	    _("reconnecting, the server ended %lld s ago") :
	    _("reconnecting, no word for %lld s"), seconds);
	return buf;
}

/* What the title's right end says, in its order. */
enum fact { TROUBLE, PEOPLE, ROUND_TRIP, LOSS, PENDING, FACTS };

struct facts {
	char	 text[FACTS][64];	/* "": nothing to say */
	bool	 trouble;
	const char *in_short;		/* the trouble; "": as it is */
};

static void
say_number(char dst[64], const char *format, long value)
{
	char number[32];

	snprintf(number, sizeof(number), "%ld", value);
	/* format comes from the catalogue with one %s, checked by msgfmt */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(dst, 64, format, number);
#pragma GCC diagnostic pop
}

static void
find_facts(const struct scene *s, struct facts *f)
{
	const struct record_state *link = &s->link;
	char word[64];

	memset(f, 0, sizeof(*f));
	strlcpy(f->text[TROUBLE], trouble(s, word, sizeof(word)),
	    sizeof(f->text[TROUBLE]));
	f->trouble = f->text[TROUBLE][0] != '\0';
	f->in_short = link->phase == RECORD_LOST ? _("reconnecting") :
	    link->phase == RECORD_JOINING ? _("joining") : "";
	if (link->people > 0)
		say_number(f->text[PEOPLE], _("%s online"), link->people);
	else if (s->talk.presence != NULL)
		strlcpy(f->text[PEOPLE], s->talk.presence,
		    sizeof(f->text[PEOPLE]));
	if (!f->trouble && link->rtt_ms >= 0)
		say_number(f->text[ROUND_TRIP], _("%s ms"), link->rtt_ms);
	if (!f->trouble && link->loss_permille >= 0)
		snprintf(f->text[LOSS], sizeof(f->text[LOSS]),
		    _("loss %d.%d%%"), link->loss_permille / 10,
		    link->loss_permille % 10);
	if (link->pending > 0)
		say_number(f->text[PENDING], _("%s pending"), link->pending);
}

/* The facts in a row, with two blanks between; returns its columns. */
static int
join_facts(const struct facts *f, char dst[FACTS * 66])
{
	int i;

	dst[0] = '\0';
	for (i = 0; i < FACTS; i++) {
		if (f->text[i][0] == '\0')
			continue;
		if (dst[0] != '\0')
			strlcat(dst, "  ", FACTS * 66);
		strlcat(dst, f->text[i], FACTS * 66);
	}
	return text_cols(dst, strlen(dst));
}

/* As much of them as has room: first the numbers go, never the trouble, but
 * for how long it lasts. */
static int
fit_facts(struct facts *f, int room, char dst[FACTS * 66])
{
	static const enum fact goes[] = { LOSS, ROUND_TRIP, PEOPLE, TROUBLE,
	    PENDING };
	size_t i = 0;
	int width = join_facts(f, dst);

	while (width > room && i < sizeof(goes) / sizeof(goes[0])) {
		if (goes[i] != TROUBLE)
			f->text[goes[i]][0] = '\0';
		else if (*f->in_short != '\0')
			strlcpy(f->text[TROUBLE], f->in_short,
			    sizeof(f->text[TROUBLE]));
		i++;
		width = join_facts(f, dst);
	}
	return width;
}

/* The dot and the facts, over what reaches up to column `used`, which is then
 * seen to be cut: half an address would be another. */
static void
draw_state(const struct title *f, const char *facts, int width, bool trouble,
    int used)
{
	int end = f->cols - 1;
	int dot = end - width - (width > 0 ? 2 : 1), col;

	for (col = dot > 0 ? dot - 1 : 0; col <= end; col++)
		put(f, col, STYLE_BAR, " ");
	if (used >= dot && dot > 3)
		put(f, dot - 2, STYLE_BAR, "…");
	put(f, dot, trouble ? STYLE_BAR_BAD : STYLE_BAR_GOOD,
	    trouble ? "○" : "●");
	put(f, end - width, trouble ? STYLE_BAR_BAD : STYLE_BAR, facts);
}

/* What the title begins with: where one is, and who. Of a talk it is whom it is
 * with that matters. Returns the columns. */
static int
draw_place(const struct title *f)
{
	const struct scene *s = f->scene;
	bool talk = s->talk.is && !s->entering;
	int col = 1 + put(f, 1, STYLE_BAR_BOLD, s->room);

	if (talk && s->talk.verified)
		col += 1 + put(f, col + 1, STYLE_BAR_GOOD, "✓");
	if (!talk)
		col += 1 + put(f, col + 1, STYLE_BAR, s->server);
	if (*s->name == '\0' || s->entering || (talk && f->cols < NAME_FROM))
		return col;
	col += 2 + put(f, col + 2, STYLE_BAR, _("as"));
	return col + 1 + put(f, col + 1, STYLE_BAR, s->name);
}

void
title_draw(struct screen *screen, const struct scene *s, int cols)
{
	const struct title title = { screen, s, cols }, *f = &title;
	struct facts facts;
	char right[FACTS * 66];
	int col, width;

	screen_erase(screen, SCREEN_TITLE);
	col = draw_place(f);
	if (s->link.phase == RECORD_IDLE)
		return;
	find_facts(s, &facts);
	width = fit_facts(&facts, cols - col - 4, right);
	if (width > cols - 4) {		/* not even the trouble fits */
		right[0] = '\0';
		width = 0;
	}
	draw_state(f, right, width, facts.trouble, col);
}
