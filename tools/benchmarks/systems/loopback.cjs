// Makes Portkey's gateway listen at 127.0.0.1; it listens at every address and has no option for it.
const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (where, ...rest) {
  const options = typeof where === "object" && where !== null ? where : { port: Number(where) };
  const listeners = rest.filter((argument) => typeof argument === "function");
  return listen.call(this, { ...options, host: "127.0.0.1" }, ...listeners);
};
