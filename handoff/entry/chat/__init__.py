"""A customer at the terminal: by hand, or from a script that anybody can write and replay. Here its help."""

HELP = """Talk to the shop as a customer does, over the public web API.

By hand: write, or type the number of an option; Ctrl-D leaves. With --script a conversation is replayed and printed; exit
code 1 when an answer is not as expected. Customers, phones and codes are there with RAPPORT_ENV=development only.

\b
A script is one YAML file:

\b
  about: A customer cancels an order.     what it shows, in a sentence
  who: customer                           customer (signed in) or visitor
  as: sam@example.com                     the customer's e-mail or id (development)
  phone: "+12125550101"                   where channel is sms (development)
  channel: web                            web, sms, or both: [web, sms]
  turns:
    - say: cancel order w1000001          what the customer writes
      expect: ["#W1000001", reason|why]   words of the answer or its options; a|b: one of them
      not: [receipt, $]                   words that must be nowhere in it
      options: [no longer, mistake]       words of options that must be offered
    - tap: no longer                      an option, by some of its words or its number
    - code: right                         the code that was sent: right, wrong, digits, or new (since the turn before)
      on: sms                             this turn on one channel only

Case does not matter. {2 months ago} is the name of that month. `given` and `after` are for tests/conversations."""
