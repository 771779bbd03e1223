"""Groups: their members, their changes, and the updates that the bot gets about them."""

from typing import Any, Literal

from bot.simulator.people.chatting import ChatView, Message
from bot.simulator.people.person import Person
from bot.simulator.state.chats import Chat
from bot.simulator.state.members import member_change
from bot.simulator.state.world import World, is_present

BotStatus = Literal["administrator", "member", "restricted", "left", "kicked"]
GroupKind = Literal["group", "supergroup"]
Joining = Literal["unreported", "before", "after"]
# The person who acts when the caller names none.
OWNER_ID = 4999
OWNER: dict[str, Any] = {"id": OWNER_ID, "is_bot": False, "first_name": "Pemilik"}


class Group(ChatView):
    """One group; after `migrate` it is the supergroup."""

    def __init__(self, world: World, group_id: int, title: str, kind: GroupKind, *, is_forum: bool) -> None:
        public: dict[str, Any] = {"id": group_id, "type": kind, "title": title}
        if is_forum:
            public["is_forum"] = True
        chat = Chat(public)
        chat.members[OWNER_ID] = "creator"
        world.users.setdefault(OWNER_ID, OWNER)
        world.chats[group_id] = chat
        super().__init__(world, chat)

    @property
    def id(self) -> int:
        """Return the current id of the group."""
        return self.chat.id

    async def add_bot(self, by: Person | None = None, status: BotStatus = "member") -> None:
        """Add the bot: it gets my_chat_member and the service message."""
        actor = by.user if by else OWNER
        self._set_bot_status(status, actor)
        message = self.world.post(self.chat, actor, {"new_chat_members": [self.world.bot]})
        self.world.deliver(self.chat, message)

    async def remove_bot(self, by: Person | None = None) -> None:
        """Remove the bot: it gets my_chat_member, and every call to the group is refused."""
        actor = by.user if by else OWNER
        self.world.post(self.chat, actor, {"left_chat_member": self.world.bot})
        self._set_bot_status("kicked", actor)

    async def set_bot_status(self, status: BotStatus, by: Person | None = None) -> None:
        """Promote, demote or restrict the bot."""
        self._set_bot_status(status, by.user if by else OWNER)

    def _set_bot_status(self, status: BotStatus, actor: dict[str, Any]) -> None:
        old, self.chat.bot_status = self.chat.bot_status, status
        self.world.push("my_chat_member", member_change(self.world, self.chat, actor, (old, status)))
        self.world.notify_chat(self.chat)

    async def add(self, person: Person) -> None:
        """Add a person: the bot gets the service message, and chat_member if it is an administrator."""
        self._set_status(person, "member")
        message = self.world.post(self.chat, person.user, {"new_chat_members": [person.user]})
        self.world.deliver(self.chat, message)

    async def remove(self, person: Person) -> None:
        """Remove a person, who leaves the group."""
        message = self.world.post(self.chat, person.user, {"left_chat_member": person.user})
        self.world.deliver(self.chat, message)
        self._set_status(person, "left")

    async def promote(self, person: Person) -> None:
        """Make a person an administrator."""
        self._set_status(person, "administrator")

    def _set_status(self, person: Person, status: str) -> None:
        old = self.chat.members.get(person.id, "left")
        self.chat.members[person.id] = status
        if self.chat.bot_status == "administrator":
            actor = person.user if status in {"left", "member"} else OWNER
            change = member_change(self.world, self.chat, actor, (old, status), person.user)
            self.world.push("chat_member", change)
        if not is_present(status):
            self.chat.keyboards.pop(person.id, None)
        self.world.notify_chat(self.chat)

    def set_anonymous(self, person: Person, anonymous: bool) -> None:  # noqa: FBT001 - reads well at the call
        """Make an administrator write in the name of the group, or in their own again."""
        if anonymous:
            self.chat.members[person.id] = "administrator"
            self.chat.anonymous.add(person.id)
        else:
            self.chat.anonymous.discard(person.id)

    async def open_topic(self, name: str, by: Person | None = None) -> int:
        """Open a topic of a forum and return its message_thread_id."""
        topic = self.world.open_topic(self.chat, by.user if by else OWNER, name, 7322096)
        opened = self.chat.messages[topic.thread_id].message
        self.world.deliver(self.chat, opened)
        return topic.thread_id

    async def close_topic(self, thread_id: int) -> None:
        """Close a topic: the bot's messages to it are refused until it is opened again."""
        self.world.close_topic(self.chat, OWNER, self.chat.topics[thread_id])

    async def close_general(self) -> None:
        """Close the general topic."""
        self.chat.general_closed = True

    def set_topic_right(self, allowed: bool) -> None:  # noqa: FBT001 - reads well at the call
        """Grant or take the bot's right to manage topics."""
        self.chat.bot_manages_topics = allowed

    async def delete_topic(self, thread_id: int) -> None:
        """Delete a topic with its messages; later messages to it are refused."""
        del self.chat.topics[thread_id]
        for message_id, stored in list(self.chat.messages.items()):
            if message_id == thread_id or stored.message.get("message_thread_id") == thread_id:
                del self.chat.messages[message_id]
        self.world.notify_chat(self.chat)

    async def migrate(self, new_id: int, *, joins: Joining = "unreported") -> None:
        """Turn the group into a supergroup: both chats get a notice, and calls to the old id are refused.

        `joins`: the bot gets my_chat_member of the new group before or after the two notices, or not at all.
        """
        old = self.chat
        new = Chat({**old.public, "id": new_id, "type": "supergroup"}, old.bot_status)
        new.members, new.anonymous = dict(old.members), set(old.anonymous)
        self.world.chats[new_id] = new
        if joins == "before":
            self._bot_joins(new)
        leaving: Message = self.world.post(old, OWNER, {"migrate_to_chat_id": new_id})
        self.world.deliver(old, leaving)
        old.migrated_to = new_id
        arriving = self.world.post(new, OWNER, {"migrate_from_chat_id": old.id})
        self.world.deliver(new, arriving)
        if joins == "after":
            self._bot_joins(new)
        self.chat = new
        self._seen.clear()
        old.signal.fire()

    def _bot_joins(self, new: Chat) -> None:
        statuses = "left", new.bot_status
        self.world.push("my_chat_member", member_change(self.world, new, OWNER, statuses))
