/*
 * What is told of the devices of one person, and how far he has read by any of
 * them, for record.h.
 */
#ifndef TUI_SHARED_RECORD_DEVICES_H
#define TUI_SHARED_RECORD_DEVICES_H

/* Of a device. Behind them are the seconds since it was heard. */
enum record_device {
	RECORD_DEVICE_SELF = 1 << 0,	/* this one */
	RECORD_DEVICE_FIRST = 1 << 1,	/* of the list */
	RECORD_DEVICE_LAST = 1 << 2,
	RECORD_DEVICE_NONE = 1 << 3,	/* nobody says which there are */
	RECORD_DEVICE_HEARD = 8,	/* so many bits to the left */
	RECORD_DEVICE_MOST = (1 << 24) - 1
};

#endif
