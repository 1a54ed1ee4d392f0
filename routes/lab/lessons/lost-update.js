import { Lock, sleep, spawn } from "@tenfold/loop";

function* withdraw(account, amount) {
  const seen = account.balance;
  console.log(`sees ${seen}`);
  yield* sleep(10);
  account.balance = seen - amount;
  console.log(`writes ${account.balance}`);
}

export function* main() {
  const account = { balance: 100, lock: new Lock({ name: "account" }) };
  const ann = yield* spawn(withdraw(account, 10), { name: "Ann" });
  const bob = yield* spawn(withdraw(account, 20), { name: "Bob" });
  yield* ann;
  yield* bob;
  if (account.balance !== 70) throw new Error(`70 expected, ${account.balance} left`);
}
