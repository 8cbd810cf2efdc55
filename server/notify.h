/*
 * notify.h - tell the service manager how we are (sd_notify(3)'s protocol: a
 * datagram to the socket named by NOTIFY_SOCKET).
 */
#ifndef JW_SERVER_NOTIFY_H
#define JW_SERVER_NOTIFY_H

/** Send one state, "READY=1" or "STOPPING=1"; nothing happens without a manager. */
void jw_notify(const char *state);

#endif
